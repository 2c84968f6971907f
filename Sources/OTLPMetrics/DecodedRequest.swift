internal import SwiftProtobuf
package import TelemetryPolicy

/// A request's bytes, read back for the person whose data they are.
package struct DecodedRequest: Hashable, Sendable {
    /// One point, with everything that it says.
    package struct Point: Hashable, Sendable {
        package var metric: String
        package var unit: String
        /// As a number is written: "1", "0.85".
        package var value: String
        package var day: Day
        package var attributes: [Attribute]
    }

    package struct Attribute: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    /// What is true of all points.
    package var resource: [Attribute]
    package var points: [Point]

    /// Reads what ``MetricsRequest/bytes(_:_:)`` wrote, and nothing else: whatever these bytes hold is here.
    ///
    /// nil: they hold something that this version of the lock does not send (unknown fields, other kinds of metrics, times that are no
    /// day's first instant, values that are no text); nobody is shown half of what leaves.
    package init?(_ bytes: [UInt8]) {
        guard let request = try? Request(serializedBytes: bytes) else { return nil }
        resource = []
        points = []
        for metrics in request.resourceMetrics {
            resource += Self.attributes(metrics.resource.attributes) ?? []
            for metric in metrics.scopeMetrics.flatMap(\.metrics) {
                for point in metric.gauge.dataPoints {
                    guard let point = Point(point, of: metric) else { return nil }
                    points.append(point)
                }
            }
        }
        guard isAllOf(bytes) else { return nil }
    }

    /// Whether nothing was passed over: made anew from what was read, they are the same bytes.
    private func isAllOf(_ bytes: [UInt8]) -> Bool {
        var request = Request()
        var metrics = ResourceMetrics()
        metrics.resource.attributes = resource.map(\.wire)
        var scope = Scope()
        for point in points {
            if scope.metrics.last?.name != point.metric {
                var metric = Metric()
                metric.name = point.metric
                metric.unit = point.unit
                scope.metrics.append(metric)
            }
            scope.metrics[scope.metrics.count - 1].gauge.dataPoints.append(point.wire)
        }
        metrics.scopeMetrics = [scope]
        request.resourceMetrics = [metrics]
        return (try? request.serializedBytes()) == bytes
    }

    fileprivate static func attributes(_ attributes: [OTLPMetrics.Attribute]) -> [Attribute]? {
        var decoded: [Attribute] = []
        for attribute in attributes {
            guard case .stringValue(let value) = attribute.value.value else { return nil }
            decoded.append(Attribute(name: attribute.key, value: value))
        }
        return decoded
    }
}

extension DecodedRequest.Point {
    fileprivate init?(_ point: OTLPMetrics.Point, of metric: Metric) {
        let (days, rest) = point.timeUnixNano.quotientAndRemainder(dividingBy: Self.nanosecondsPerDay)
        guard rest == 0, let number = Int32(exactly: days), let day = Day(number: number),
            let attributes = DecodedRequest.attributes(point.attributes)
        else { return nil }
        self.metric = metric.name
        self.unit = metric.unit
        self.day = day
        self.attributes = attributes
        switch point.value {
        case .asInt(let value): self.value = "\(value)"
        case .asDouble(let value): self.value = "\(value)"
        case nil: return nil
        }
    }

    fileprivate var wire: OTLPMetrics.Point {
        var point = OTLPMetrics.Point()
        point.timeUnixNano = UInt64(day.number) * Self.nanosecondsPerDay
        point.attributes = attributes.map(\.wire)
        // Whole numbers are sent as such; a battery's charge, 1.0 included, never is.
        if let whole = Int64(value) { point.asInt = whole } else if let part = Double(value) { point.asDouble = part }
        return point
    }

    private static let nanosecondsPerDay: UInt64 = 86_400_000_000_000
}

extension DecodedRequest.Attribute {
    fileprivate var wire: OTLPMetrics.Attribute {
        var attribute = OTLPMetrics.Attribute()
        attribute.key = name
        attribute.value.stringValue = value
        return attribute
    }
}
