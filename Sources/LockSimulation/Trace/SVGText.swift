/// Writes SVG elements. Coordinates get one decimal: finer than a pixel, and the same text on every machine.
struct SVGText {
    private(set) var text = ""

    static func number(_ value: Double) -> String { Decimal.fixed(value, 1) }

    static func escaped(_ raw: some StringProtocol) -> String {
        var result = ""
        for character in raw.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += " "
            // XML allows no other control characters, not even escaped.
            case let scalar where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): result += "\u{FFFD}"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    mutating func raw(_ line: String) {
        text += line
        text += "\n"
    }

    mutating func rect(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: String, more: String = "", tip: String? = nil
    ) {
        let n = Self.number
        let head = "<rect x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\" fill=\"\(fill)\""
        let rest = more.isEmpty ? "" : " \(more)"
        if let tip {
            raw("\(head)\(rest)><title>\(Self.escaped(tip))</title></rect>")
        } else {
            raw("\(head)\(rest)/>")
        }
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: String, more: String = "") {
        let n = Self.number
        let rest = more.isEmpty ? "" : " \(more)"
        raw("<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\" stroke=\"\(stroke)\"\(rest)/>")
    }

    mutating func label(
        _ x: Double, _ y: Double, _ content: String, size: Int = 12, anchor: String = "start", fill: String = "#1f2933",
        more: String = ""
    ) {
        let n = Self.number
        let rest = more.isEmpty ? "" : " \(more)"
        let head =
            "<text x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(size)\" text-anchor=\"\(anchor)\" fill=\"\(fill)\"\(rest)>"
        raw("\(head)\(Self.escaped(content))</text>")
    }

    /// A line through points. Points that fall together are written once.
    mutating func polyline(_ points: [(x: Double, y: Double)], stroke: String, width: String, more: String = "") {
        guard !points.isEmpty else { return }
        var path = ""
        var last = ""
        for point in points {
            let text = "\(Self.number(point.x)),\(Self.number(point.y))"
            if text == last { continue }
            if !path.isEmpty { path += " " }
            path += text
            last = text
        }
        let rest = more.isEmpty ? "" : " \(more)"
        raw(
            "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(stroke)\" stroke-width=\"\(width)\""
                + " stroke-linejoin=\"round\"\(rest)/>")
    }

    /// How wide a text of this size is, roughly.
    static func width(_ text: String, size: Int) -> Double { Double(text.unicodeScalars.count) * Double(size) * 0.58 }
}
