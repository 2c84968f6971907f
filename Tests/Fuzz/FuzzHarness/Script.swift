/// Fuzz input as a sequence of decisions. At its end all decisions are 0.
struct Script {
    private var rest: ArraySlice<UInt8>

    init(_ input: [UInt8]) { rest = input[...] }

    var isOver: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// 0..<bound, as far as a byte goes.
    mutating func number(below bound: Int) -> Int { bound > 0 ? Int(byte()) % bound : 0 }

    /// As many as there still are.
    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}
