internal import Glibc
package import LockCore

/// The battery gauge as any Linux driver offers it: `/sys/class/power_supply/NAME`. A gauge that is absent or says nonsense is
/// ``BatteryReading/unreadable``, and why is reported; nothing is guessed.
///
/// `@unchecked Sendable`: confined to the loop's thread, once made.
package final class PowerSupplyGauge: Gauge, @unchecked Sendable {
    /// Where the kernel has the class.
    package static let systemFolder = "/sys/class/power_supply"

    private let name: String?
    private let folder: String
    private let report: @Sendable (String) -> Void
    package let changeDescriptor: Int32?
    private var socket: UeventSocket?
    private var reported: String?

    /// Values are a few digits; one page is what sysfs gives at most.
    private static let attributeSize = 256
    /// Messages taken at once; more than one board sends in a second. What is left makes the descriptor readable again.
    private static let messagesAtOnce = 64

    /// - Parameters:
    ///   - name: the supply's name in the profile; nil: the board has no gauge.
    ///   - folder: the class's folder; tests have their own.
    ///   - report: gets why the gauge cannot be read, once until that changes.
    package init(
        name: String?, folder: String = PowerSupplyGauge.systemFolder, report: @escaping @Sendable (String) -> Void
    ) {
        self.name = name
        self.folder = folder
        self.report = report
        guard name != nil else {
            socket = nil
            changeDescriptor = nil
            return
        }
        if let socket = UeventSocket() {
            changeDescriptor = socket.rawValue
            self.socket = consume socket
        } else {
            let reason = String(cString: strerror(errno))
            socket = nil
            changeDescriptor = nil
            report(
                """
                The kernel's device messages cannot be heard: \(reason). The battery is read after every stroke and once an \
                hour instead. In a systemd unit, RestrictAddressFamilies= must allow AF_NETLINK.
                """)
        }
    }

    package func takeChange() -> Bool {
        guard let name else { return false }
        var isOurs = false
        for _ in 0..<Self.messagesAtOnce {
            switch socket?.next() ?? .none {
            case .event(let event): if event.concerns(powerSupply: name) { isOurs = true }
            case .lost: isOurs = true
            case .other: continue
            case .none: return isOurs
            }
        }
        return isOurs
    }

    /// Reads it. A gauge on a slow bus takes milliseconds to answer.
    package func read() -> BatteryReading {
        guard let name else { return .unknown }
        let present = attribute("present", of: name)
        let found = PowerSupplyReading(
            capacity: attribute("capacity", of: name), voltage: attribute("voltage_now", of: name), present: present)
        if case .unreadable(let reason) = found { tell(reason, of: name) } else { reported = nil }
        return found.reading
    }

    private func tell(_ reason: String, of name: String) {
        guard reported != reason else { return }
        reported = reason
        var text = "The battery gauge \(folder)/\(name) cannot be read: \(reason)."
        if access("\(folder)/\(name)", F_OK) != 0 {
            let names = supplies()
            text +=
                names.isEmpty
                ? " There is no power supply in \(folder): load the gauge's driver, or put supply=none into the board profile."
                : " There are: \(names.joined(separator: ", ")). Correct supply= in the board profile."
        }
        report(text)
    }

    private func attribute(_ attribute: String, of name: String) -> PowerSupplyReading.Attribute {
        let descriptor = open("\(folder)/\(name)/\(attribute)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return Self.failed() }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: Self.attributeSize, alignment: 1) { buffer in
            // Sysfs gives a value whole, in one read.
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            guard count >= 0 else { return Self.failed() }
            return .text(String(decoding: buffer.prefix(count), as: UTF8.self))
        }
    }

    private static func failed() -> PowerSupplyReading.Attribute {
        let reason = errno
        return .failed(errno: reason, words: "\(String(cString: strerror(reason))) (errno \(reason))")
    }

    private func supplies() -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = Glibc.readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
