import Glibc
import LockCore
import LockDaemon
import Synchronization
import Testing

/// The battery: from files as the kernel's power_supply class has them.
struct GaugeTests {
    /// A folder like /sys/class/power_supply, with one supply in it.
    final class Supplies: Sendable {
        let path: String
        let reports = Mutex<[String]>([])

        init(_ attributes: [String: String] = [:]) throws {
            var template = Array("/tmp/mortise-gauge-XXXXXX".utf8CString)
            let made = template.withUnsafeMutableBufferPointer { buffer in
                buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
            }
            path = try #require(made)
            guard !attributes.isEmpty else { return }
            mkdir("\(path)/BAT0", 0o700)
            for (name, text) in attributes { try set(name, text) }
        }

        deinit {
            for name in ["capacity", "voltage_now", "present"] { unlink("\(path)/BAT0/\(name)") }
            rmdir("\(path)/BAT0")
            rmdir(path)
        }

        func set(_ attribute: String, _ text: String) throws {
            let descriptor = open("\(path)/BAT0/\(attribute)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            let bytes = Array(text.utf8)
            try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        }

        var gauge: PowerSupplyGauge {
            PowerSupplyGauge(name: "BAT0", folder: path) { [self] text in reports.withLock { $0.append(text) } }
        }

        /// What was reported of the gauge. (Not of the kernel's messages, which a sandbox may forbid.)
        var told: [String] { reports.withLock { $0.filter { $0.hasPrefix("The battery gauge") } } }
    }

    @Test func `a gauge is read in percent and millivolts`() throws {
        let supplies = try Supplies(["capacity": "73\n", "voltage_now": "5871000\n"])
        #expect(supplies.gauge.read() == .level(percent: 73, millivolts: 5_871))
        #expect(supplies.told.isEmpty)
    }

    @Test func `a board without a gauge says so and listens to nothing`() {
        let gauge = PowerSupplyGauge(name: nil) { _ in Issue.record("There is nothing to report.") }
        #expect(gauge.read() == .unknown)
        #expect(gauge.changeDescriptor == nil)
    }

    @Test func `a supply that is not there is reported with those that are`() throws {
        let supplies = try Supplies(["capacity": "73\n", "voltage_now": "5871000\n"])
        let gauge = PowerSupplyGauge(name: "battery", folder: supplies.path) { text in
            supplies.reports.withLock { $0.append(text) }
        }
        #expect(gauge.read() == .unreadable)
        let told = try #require(supplies.told.first)
        #expect(told.contains("capacity could not be read: No such file or directory"))
        #expect(told.hasSuffix("There are: BAT0. Correct supply= in the board profile."))
    }

    @Test func `no supply at all is reported too`() throws {
        let supplies = try Supplies()
        #expect(supplies.gauge.read() == .unreadable)
        #expect(try #require(supplies.told.first).contains("There is no power supply in \(supplies.path)"))
    }

    @Test(arguments: [
        (["capacity": "101\n", "voltage_now": "6000000\n"], "capacity is 101, not 0 to 100 percent"),
        (["capacity": "-1\n", "voltage_now": "6000000\n"], "capacity is -1, not 0 to 100 percent"),
        (["capacity": "50\n", "voltage_now": "3300\n"], "voltage_now is 3300 µV, which no battery of a lock has"),
        (["capacity": "50\n", "voltage_now": "-6000000\n"], "voltage_now is -6000000 µV"),
        (["capacity": "50\n", "voltage_now": "6000000000\n"], "voltage_now is 6000000000 µV"),
        (["capacity": "full\n", "voltage_now": "6000000\n"], "capacity is not a number: \"full?\""),
        (["capacity": "\n", "voltage_now": "6000000\n"], "capacity is not a number: \"?\""),
        (["capacity": "99999999999999999999\n", "voltage_now": "6000000\n"], "capacity is not a number"),
        (["capacity": "50\n"], "voltage_now could not be read: No such file or directory"),
        (["capacity": "50\n", "voltage_now": "6000000\n", "present": "0\n"], "there is no battery in its holder"),
    ])
    func `what cannot be believed is a fault and not a guess`(attributes: [String: String], reason: String) throws {
        let supplies = try Supplies(attributes)
        #expect(supplies.gauge.read() == .unreadable)
        #expect(try #require(supplies.told.first).contains(reason))
    }

    @Test func `a reason is told once, and again when it came back`() throws {
        let supplies = try Supplies(["capacity": "200\n", "voltage_now": "6000000\n"])
        let gauge = supplies.gauge
        for _ in 0..<3 { #expect(gauge.read() == .unreadable) }
        #expect(supplies.told.count == 1)
        try supplies.set("capacity", "20\n")
        #expect(gauge.read() == .level(percent: 20, millivolts: 6_000))
        try supplies.set("capacity", "200\n")
        #expect(gauge.read() == .unreadable)
        #expect(supplies.told.count == 2)
    }

    @Test func `what is no news of the gauge is not taken for any`() throws {
        let supplies = try Supplies(["capacity": "80\n", "voltage_now": "6000000\n"])
        #expect(!supplies.gauge.takeChange())
    }
}
