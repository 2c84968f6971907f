#!/usr/bin/env python3
"""Writes request.hex: the request that the tests' rows make, put together by OpenTelemetry's own package.

usage: python3 -m venv VENV && VENV/bin/pip install opentelemetry-proto==1.45.2 && VENV/bin/python3 make-vectors.py
It imports nothing of ours: names, values and their order are said again here.
"""

import datetime
import pathlib

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics
from opentelemetry.proto.resource.v1.resource_pb2 import Resource


def text(key, value):
    return KeyValue(key=key, value=AnyValue(string_value=value))


def day(iso):
    midnight = datetime.datetime.fromisoformat(iso).replace(tzinfo=datetime.timezone.utc)
    return int(midnight.timestamp()) * 1_000_000_000


def metric(name, unit, *points):
    return Metric(name=name, unit=unit, gauge=Gauge(data_points=points))


def whole(iso, value, key, text_value):
    return NumberDataPoint(time_unix_nano=day(iso), as_int=value, attributes=[text(key, text_value)])


def charge(iso, value):
    return NumberDataPoint(time_unix_nano=day(iso), as_double=value, attributes=[text("hw.id", "battery")])


request = ExportMetricsServiceRequest(
    resource_metrics=[
        ResourceMetrics(
            resource=Resource(
                attributes=[
                    text("service.name", "mortise"),
                    text("app.installation.id", "01020304-0506-4708-890a-0b0c0d0e0f10"),
                ]
            ),
            scope_metrics=[
                ScopeMetrics(
                    metrics=[
                        metric(
                            "mortise.device", "1",
                            whole("2026-11-20", 1, "device.model.identifier", "virtual-board"),
                        ),
                        metric("mortise.os", "1", whole("2026-11-20", 1, "os.version", "13.2.0")),
                        metric("mortise.software", "1", whole("2026-11-20", 1, "service.version", "0.5.0")),
                        metric("hw.battery.charge", "1", charge("2026-11-20", 1.0), charge("2026-11-21", 0.85)),
                        metric(
                            "mortise.service.failures", "{failure}",
                            whole("2026-11-20", 3, "error.type", "stalled"),
                            whole("2026-11-21", 10, "error.type", "driverFault"),
                        ),
                        metric("mortise.location", "1", whole("2026-11-21", 1, "mortise.location.geohash", "u33db")),
                    ]
                )
            ],
        )
    ]
)
output = pathlib.Path(__file__).with_name("request.hex")
output.write_text(request.SerializeToString(deterministic=True).hex() + "\n")
