import CQRCode
import CommandSupport
import Testing

@Suite struct QRCodeTests {
    /// As long as a setup code.
    private static let text = "MORTISE:" + String(repeating: "AEYTC2LKN5", count: 8).prefix(74)

    /// The modules that a drawing shows, with the quiet zone; true is dark.
    private static func read(_ drawing: String, isInverted: Bool) -> [[Bool]] {
        drawing.split(separator: "\n").flatMap { line -> [[Bool]] in
            let halves = line.map { character -> (Bool, Bool) in
                switch character {
                case "█": (true, true)
                case "▀": (true, false)
                case "▄": (false, true)
                default: (false, false)
                }
            }
            return [halves.map { $0.0 == isInverted }, halves.map { $0.1 == isInverted }]
        }
    }

    @Test func `a setup code fits into 41 columns with its quiet zone`() throws {
        let code = try QRCode.make(of: Self.text)
        #expect(code.side == 33)
        let rows = code.render(QRCode.Drawing(usesBlocks: true, isColoured: false)).split(separator: "\n")
        #expect(rows.count == 21 && rows.allSatisfy { $0.count == 41 })
    }

    @Test(arguments: [false, true])
    func `half blocks show the modules that libqrencode made, and four light ones around them`(_ isInverted: Bool)
        throws
    {
        let raw = try #require(QRcode_encodeString(Self.text, 0, QR_ECLEVEL_M, QR_MODE_8, 1))
        defer { QRcode_free(raw) }
        let code = try QRCode.make(of: Self.text)
        let drawing = code.render(QRCode.Drawing(usesBlocks: true, isColoured: false, isInverted: isInverted))
        let modules = Self.read(drawing, isInverted: isInverted)
        for row in 0..<41 {
            for column in 0..<41 {
                let inside = (4..<37).contains(row) && (4..<37).contains(column)
                let isDark = inside && raw.pointee.data[(row - 4) * 33 + column - 4] & 1 != 0
                #expect(modules[row][column] == isDark, "row \(row), column \(column)")
            }
        }
    }

    @Test func `with ASCII alone a module is two characters`() throws {
        let code = try QRCode.make(of: Self.text)
        let rows = code.render(QRCode.Drawing(usesBlocks: false, isColoured: false)).split(separator: "\n")
        #expect(rows.count == 41 && rows.allSatisfy { $0.count == 82 && $0.allSatisfy(\.isASCII) })
        // The finder pattern's upper left corner is dark, and the quiet zone light.
        #expect(rows[0].allSatisfy { $0 == "#" })
        #expect(rows[4].hasPrefix("########" + String(repeating: " ", count: 14) + "##"))
    }

    @Test func `in colour it is black on white, and the terminal's own colours come back at each end of line`() throws {
        let code = try QRCode.make(of: Self.text)
        for usesBlocks in [true, false] {
            let rows = code.render(QRCode.Drawing(usesBlocks: usesBlocks, isColoured: true)).split(separator: "\n")
            #expect(rows.allSatisfy { $0.hasSuffix("\u{1B}[0m") })
        }
    }

    @Test func `a text that no code holds is said so`() {
        #expect(throws: QRCode.Failure.self) { try QRCode.make(of: String(repeating: "x", count: 3_000)) }
        #expect(throws: QRCode.Failure.self) { try QRCode.make(of: "") }
    }
}
