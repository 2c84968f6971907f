import LockCore

extension Instant {
    /// An instant of virtual time, for reading: `.ms(60)`.
    static func ms(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }
}

extension LimitReading {
    /// What the switches say of a bolt in this position.
    init(_ position: BoltPosition) {
        self.init(
            extended: position == .extended || position == .conflict,
            retracted: position == .retracted || position == .conflict)
    }
}
