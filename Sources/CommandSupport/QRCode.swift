internal import CQRCode
internal import Glibc

/// A QR code (ISO/IEC 18004), made by libqrencode.
package struct QRCode: Hashable, Sendable {
    /// Modules on a side.
    package let side: Int
    /// Row by row; true is dark.
    private let modules: [Bool]

    /// Light modules around it that the standard asks for.
    package static let quietZone = 4

    /// What did not work.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// Characters of the text.
        package var length: Int
        /// What the library left in errno.
        package var code: Int32
        package var description: String {
            "no QR code can be made of \(length) characters: \(String(cString: strerror(code))) (errno \(code))"
        }
    }

    /// Encodes a text in the densest mode that it allows: a pairing code's letters and digits take 5.5 bits each. Corrects errors in
    /// 15 % of it (level M), which is usual for a code on a screen or a label.
    package static func make(of text: String) throws(Failure) -> QRCode {
        // The library wants a C string.
        guard !text.utf8.contains(0), let code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else {
            throw Failure(length: text.count, code: errno == 0 ? EINVAL : errno)
        }
        defer { QRcode_free(code) }
        let side = Int(code.pointee.width)
        guard let data = code.pointee.data else { throw Failure(length: text.count, code: ENOMEM) }
        return QRCode(side: side, modules: (0..<side * side).map { data[$0] & 1 != 0 })
    }

    private init(side: Int, modules: [Bool]) {
        self.side = side
        self.modules = modules
    }

    /// Whether a module is dark. Outside of the code it is light.
    package func isDark(_ column: Int, _ row: Int) -> Bool {
        (0..<side).contains(column) && (0..<side).contains(row) && modules[row * side + column]
    }
}

extension QRCode {
    /// How it is drawn with characters.
    package struct Drawing: Hashable, Sendable {
        /// Two modules to a character, by half blocks; otherwise two characters to a module, of ASCII alone.
        package var usesBlocks: Bool
        /// Black on white, whatever the terminal's own colours are. Without, what is light is drawn and what is dark is left out, as
        /// it is right on a dark terminal.
        package var isColoured: Bool
        /// Without colour: the other way round, for a light terminal.
        package var isInverted: Bool

        package init(usesBlocks: Bool, isColoured: Bool, isInverted: Bool = false) {
            self.usesBlocks = usesBlocks
            self.isColoured = isColoured
            self.isInverted = isInverted
        }
    }

    /// Rows of characters, with the quiet zone.
    package func render(_ drawing: Drawing) -> String {
        let range = -Self.quietZone..<side + Self.quietZone
        let rows: [String] =
            drawing.usesBlocks
            ? stride(from: range.lowerBound, to: range.upperBound, by: 2).map { row in
                Self.blocks(range.map { (isDark($0, row), row + 1 < range.upperBound && isDark($0, row + 1)) }, drawing)
            }
            : range.map { row in Self.ascii(range.map { isDark($0, row) }, drawing) }
        return rows.joined(separator: "\n")
    }

    private static func blocks(_ pairs: [(upper: Bool, lower: Bool)], _ drawing: Drawing) -> String {
        // In black on white what is dark is drawn.
        let drawsDark = drawing.isColoured || drawing.isInverted
        let text = pairs.map { pair -> String in
            switch (pair.upper == drawsDark, pair.lower == drawsDark) {
            case (true, true): "█"
            case (true, false): "▀"
            case (false, true): "▄"
            case (false, false): " "
            }
        }.joined()
        return drawing.isColoured ? "\u{1B}[30;47m\(text)\u{1B}[0m" : text
    }

    private static func ascii(_ row: [Bool], _ drawing: Drawing) -> String {
        guard drawing.isColoured else {
            return row.map { $0 == drawing.isInverted ? "##" : "  " }.joined()
        }
        // Backgrounds leave no gap between characters, as letters would.
        return row.map { $0 ? "\u{1B}[40m  " : "\u{1B}[47m  " }.joined() + "\u{1B}[0m"
    }
}

/// Whether what is printed may have characters beyond ASCII, by the rules of locale(7).
package var isUnicodeTerminal: Bool {
    let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
    let plain = name.uppercased().filter { $0 != "-" }
    return plain.contains("UTF8")
}
