/// Numbers as text, the same on every machine: no locale, no C library.
package enum Decimal {
    /// A fixed number of decimals, 0...9, rounded half away from zero. Not finite, or beyond ±10⁹: written as `-`.
    package static func fixed(_ value: Double, _ decimals: Int = 3) -> String {
        guard value.isFinite, value.magnitude <= 1e9, (0...9).contains(decimals) else { return "-" }
        var scale: Int64 = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int64((value.magnitude * Double(scale)).rounded(.toNearestOrAwayFromZero))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(scaled)" }
        let digits = "\(scaled % scale)"
        return "\(sign)\(scaled / scale)." + String(repeating: "0", count: decimals - digits.count) + digits
    }

    /// At most three decimals, without trailing zeros.
    package static func trimmed(_ value: Double) -> String {
        var text = Substring(fixed(value))
        guard text.contains(".") else { return String(text) }
        while text.last == "0" { text = text.dropLast() }
        if text.last == "." { text = text.dropLast() }
        return String(text)
    }
}
