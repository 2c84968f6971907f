package import TelemetryPolicy

/// Every attribute, metric and constant that a request can hold: a closed list, each with the item of the registry that it says something
/// of. What is not here cannot leave the lock.
///
/// Names are those of OpenTelemetry's semantic conventions where they have one, and begin with `mortise.` where they have none.
package enum OTLPName: String, CaseIterable, Sendable {
    // Of the resource.
    /// "Hardware IDs … MUST NOT be used as the app.installation.id" (semantic conventions, app).
    case installationID = "app.installation.id"
    /// Required of every resource; always ``serviceName``.
    case service = "service.name"

    // Metrics. Each point says of one day: its time is that day's first instant in UTC.
    /// A gauge, 0 to 1 in steps of 0.05.
    case batteryCharge = "hw.battery.charge"
    /// A gauge: how often on that day, 1 to 10, where 10 is ten or more.
    case failures = "mortise.service.failures"
    /// Gauges that are always 1: what they say is in their attribute.
    case model = "mortise.device"
    case osVersion = "mortise.os"
    case softwareVersion = "mortise.software"
    case location = "mortise.location"

    // Of points.
    /// Required of a battery; always ``batteryID``.
    case hardwareID = "hw.id"
    case errorType = "error.type"
    case modelIdentifier = "device.model.identifier"
    case osVersionNumber = "os.version"
    case softwareVersionNumber = "service.version"
    case cell = "mortise.location.geohash"

    /// What service this is; the same for every lock.
    package static let serviceName = "mortise"
    /// Which battery: a lock has one.
    package static let batteryID = "battery"

    /// The item that it says something of; nil: it is the same for every lock.
    package var item: ItemID? {
        switch self {
        case .installationID: .installID
        case .service, .hardwareID: nil
        case .batteryCharge: .battery
        case .failures, .errorType: .serviceFailures
        case .model, .modelIdentifier: .deviceModel
        case .osVersion, .osVersionNumber: .osVersion
        case .softwareVersion, .softwareVersionNumber: .softwareVersion
        case .location, .cell: .location
        }
    }
}
