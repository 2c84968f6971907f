import Glibc

/// The kernel's test_power, which is whatever battery its module's parameters say (drivers/power/supply/test_power.c).
struct TestPower {
    private static let parameters = "/sys/module/test_power/parameters"

    /// Whether this kernel has it.
    static var isThere: Bool { access("\(parameters)/battery_voltage", W_OK) == 0 }

    /// Each parameter that is written is an event for whoever watches the battery, so only what differs is.
    private var last: GaugeFollower.Reading?

    mutating func show(_ reading: GaugeFollower.Reading) throws(PlantError) {
        let isPresenceNews = reading.isPresent != last?.isPresent
        if isPresenceNews {
            try KernelFile.write(reading.isPresent ? "true" : "false", to: "\(Self.parameters)/battery_present")
        }
        // test_power takes news of the battery's presence for news of its mains supply (6.12): told again with the capacity.
        if isPresenceNews || reading.percent != last?.percent {
            try KernelFile.write("\(reading.percent)", to: "\(Self.parameters)/battery_capacity")
        }
        if reading.millivolts != last?.millivolts {
            // test_power shows the number as it is, and the class counts in microvolts.
            try KernelFile.write("\(reading.millivolts * 1000)", to: "\(Self.parameters)/battery_voltage")
        }
        last = reading
    }
}
