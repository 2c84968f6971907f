internal import SwiftProtobuf
package import TelemetryPolicy

/// What leaves the lock: the body of an OTLP/HTTP request for metrics, in protobuf (OTLP 1, `ExportMetricsServiceRequest`), not yet
/// compressed.
///
/// Gauges with the day's first instant as their time, so that a repeated request changes nothing at a receiver. Rows of one series are
/// in one metric, in the order of their sequence; the same rows always make the same bytes.
package enum MetricsRequest {
    /// - Parameter rows: those of one batch.
    /// - Returns: at most some 120 bytes for each row, and 120 for all.
    package static func bytes(_ installID: InstallID, _ rows: [Row]) -> [UInt8] {
        var scope = Scope()
        for name in metrics {
            let points = rows.filter { OTLPName(metricOf: $0.value) == name }.map(point)
            guard !points.isEmpty else { continue }
            var metric = Metric()
            metric.name = name.rawValue
            metric.unit = name.unit
            metric.gauge.dataPoints = points
            scope.metrics.append(metric)
        }
        var resource = ResourceMetrics()
        resource.resource.attributes = [
            attribute(.service, OTLPName.serviceName), attribute(.installationID, installID.id.text),
        ]
        resource.scopeMetrics = [scope]
        var request = Request()
        request.resourceMetrics = [resource]
        // It fails for proto2's required fields, which there are none of, and for texts of 2 GB.
        return (try? request.serializedBytes()) ?? []
    }

    /// In the order in which a request has them.
    private static let metrics: [OTLPName] = [
        .model, .osVersion, .softwareVersion, .batteryCharge, .failures, .location,
    ]

    private static func point(of row: Row) -> Point {
        var point = Point()
        point.timeUnixNano = UInt64(row.day.number) * nanosecondsPerDay
        switch row.value {
        case .deviceModel(let model):
            point.asInt = 1
            point.attributes = [attribute(.modelIdentifier, model.rawValue)]
        case .osVersion(let version):
            point.asInt = 1
            point.attributes = [attribute(.osVersionNumber, version.text)]
        case .softwareVersion(let version):
            point.asInt = 1
            point.attributes = [attribute(.softwareVersionNumber, version.text)]
        case .battery(let level):
            point.asDouble = Double(level.percent) / 100
            point.attributes = [attribute(.hardwareID, OTLPName.batteryID)]
        case .serviceFailure(let failure, let count):
            point.asInt = Int64(count.value)
            point.attributes = [attribute(.errorType, failure.rawValue)]
        case .location(let cell):
            point.asInt = 1
            point.attributes = [attribute(.cell, cell.text)]
        }
        return point
    }

    private static func attribute(_ name: OTLPName, _ value: String) -> Attribute {
        var attribute = Attribute()
        attribute.key = name.rawValue
        attribute.value.stringValue = value
        return attribute
    }

    private static let nanosecondsPerDay: UInt64 = 86_400_000_000_000
}

extension OTLPName {
    /// The metric that a value is a point of.
    init(metricOf value: ItemValue) {
        self =
            switch value {
            case .deviceModel: .model
            case .osVersion: .osVersion
            case .softwareVersion: .softwareVersion
            case .battery: .batteryCharge
            case .serviceFailure: .failures
            case .location: .location
            }
    }

    /// In the Unified Code for Units of Measure, as the semantic conventions have it.
    var unit: String { self == .failures ? "{failure}" : "1" }
}

typealias Request = Opentelemetry_Proto_Collector_Metrics_V1_ExportMetricsServiceRequest
typealias ResourceMetrics = Opentelemetry_Proto_Metrics_V1_ResourceMetrics
typealias Scope = Opentelemetry_Proto_Metrics_V1_ScopeMetrics
typealias Metric = Opentelemetry_Proto_Metrics_V1_Metric
typealias Point = Opentelemetry_Proto_Metrics_V1_NumberDataPoint
typealias Attribute = Opentelemetry_Proto_Common_V1_KeyValue
