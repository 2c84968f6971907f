internal import CGPIO

/// A GPIO chip of this machine.
package struct ChipInfo: Hashable, Sendable {
    /// The kernel's name of it, such as "gpiochip0", which may differ from boot to boot.
    package var name: String
    /// What its driver calls it; empty where it could not be opened.
    package var label: String
    package var lineCount: Int
    /// 0, or why it could not be opened.
    package var openErrno: Int32

    package init(name: String, label: String, lineCount: Int, openErrno: Int32 = 0) {
        self.name = name
        self.label = label
        self.lineCount = lineCount
        self.openErrno = openErrno
    }

    init(_ info: cgp_chip_info) {
        name = text(of: info.name)
        label = text(of: info.label)
        lineCount = Int(info.lines)
        openErrno = info.open_errno
    }
}

/// A line of a chip, as it is now.
package struct LineInfo: Hashable, Sendable {
    package var offset: Int
    /// Empty where the line has none.
    package var name: String
    /// Who uses it; empty where nobody does, or nobody says.
    package var consumer: String
    package var isUsed: Bool
    package var direction: LineSettings.Direction
    package var isActiveLow: Bool

    package init(
        offset: Int, name: String, consumer: String = "", isUsed: Bool = false,
        direction: LineSettings.Direction = .input, isActiveLow: Bool = false
    ) {
        self.offset = offset
        self.name = name
        self.consumer = consumer
        self.isUsed = isUsed
        self.direction = direction
        self.isActiveLow = isActiveLow
    }

    init(_ info: cgp_line_info) {
        offset = Int(info.offset)
        name = text(of: info.name)
        consumer = text(of: info.consumer)
        isUsed = info.is_used != 0
        direction = info.is_output != 0 ? .output : .input
        isActiveLow = info.is_active_low != 0
    }
}

/// The text of a C array of characters up to its NUL. What is not UTF-8 is repaired: names come from device trees.
private func text<Field: BitwiseCopyable>(of field: Field) -> String {
    withUnsafeBytes(of: field) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
}
