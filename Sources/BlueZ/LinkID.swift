/// One central's byte stream: a GATT session or an L2CAP channel. A number is given once in the life of a process, so that what is
/// meant for a link that has gone reaches nobody.
package struct LinkID: Hashable, Sendable, CustomStringConvertible {
    package let number: UInt64

    package init(number: UInt64) { self.number = number }

    package var description: String { "link \(number)" }
}

/// What carries a link.
package enum LinkKind: String, Hashable, Sendable {
    /// Writes and notifications of a characteristic, through bluetoothd.
    case gatt
    /// An L2CAP LE credit-based channel of the kernel's.
    case l2cap
}
