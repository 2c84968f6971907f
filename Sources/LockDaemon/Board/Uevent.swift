/// A message of the kernel about a device (`lib/kobject_uevent.c`): a header `ACTION@DEVPATH`, then `KEY=VALUE` pairs, each ended by
/// a NUL.
package struct Uevent: Hashable, Sendable {
    /// "change", "add", "remove", …
    package var action: String
    /// Below /sys.
    package var devicePath: String
    package var properties: [String: String]

    /// nil: not a message of the kernel's. Whatever is not `KEY=VALUE` after the header is passed over.
    package init?(_ bytes: some Sequence<UInt8>) {
        let fields = Array(bytes).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard let header = fields.first, let at = header.firstIndex(of: "@"), at != header.startIndex else {
            return nil
        }
        action = String(header[..<at])
        devicePath = String(header[header.index(after: at)...])
        guard devicePath.hasPrefix("/") else { return nil }
        properties = [:]
        for field in fields.dropFirst() {
            guard let equals = field.firstIndex(of: "=") else { continue }
            properties[String(field[..<equals])] = String(field[field.index(after: equals)...])
        }
    }

    /// Whether it may change what the power supply with this name says.
    package func concerns(powerSupply name: String) -> Bool {
        guard properties["SUBSYSTEM"] == "power_supply" else { return false }
        // Since Linux 2.6 every message of the class names its supply; the last part of the path is the same name.
        return (properties["POWER_SUPPLY_NAME"] ?? devicePath.split(separator: "/").last.map(String.init)) == name
    }
}
