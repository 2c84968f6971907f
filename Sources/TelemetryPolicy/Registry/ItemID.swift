/// The data items: a closed list. ``Registry/entry(for:)`` says everything else about each, and does not compile without all of them.
/// The raw value is stable: it is stored and printed.
package enum ItemID: String, Hashable, Sendable, CaseIterable {
    case deviceModel = "device-model"
    case osVersion = "os-version"
    case softwareVersion = "software-version"
    case installID = "install-id"
    case battery
    case serviceFailures = "service-failures"
    case day
    case location
}
