/// A seeded generator whose sequence is the same on every machine and with every standard library.
///
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014), in Vigna's public-domain form. The bounded
/// draws are its own: the standard library does not promise that `Int.random(in:using:)` never changes its algorithm, and a
/// seed printed today must replay tomorrow.
package struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number of the range, drawn by widening multiplication. The bias is below one in 2⁶⁴ ÷ (the range's width).
    package mutating func draw(_ range: ClosedRange<Int64>) -> Int64 {
        let width = UInt64(bitPattern: range.upperBound &- range.lowerBound)
        guard width != .max else { return Int64(bitPattern: next()) }
        return range.lowerBound &+ Int64(bitPattern: next().multipliedFullWidth(by: width + 1).high)
    }

    /// A generator of its own for a part of the simulation, so that what one part draws does not shift another's draws.
    package mutating func split() -> SplitMix64 { SplitMix64(seed: next()) }
}
