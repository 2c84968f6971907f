/// Which way the bolt travels.
package enum Direction: String, Hashable, Sendable, CaseIterable, Codable {
    /// Out of the lock body, into the strike.
    case extend
    /// Out of the strike, into the lock body.
    case retract

    package var opposite: Direction { self == .extend ? .retract : .extend }

    /// The limit switch at the end of this travel.
    package var limit: LimitSwitch { self == .extend ? .extended : .retracted }
}

/// One of the two limit switches.
package enum LimitSwitch: String, Hashable, Sendable, CaseIterable, Codable {
    case extended
    case retracted

    package var opposite: LimitSwitch { self == .extended ? .retracted : .extended }
}

/// The levels of both limit switches at one moment; `true` is active, whatever the electrical polarity.
package struct LimitReading: Hashable, Sendable, Codable {
    package var extended: Bool
    package var retracted: Bool

    package init(extended: Bool, retracted: Bool) {
        self.extended = extended
        self.retracted = retracted
    }

    package subscript(limit: LimitSwitch) -> Bool {
        get { limit == .extended ? extended : retracted }
        set { if limit == .extended { extended = newValue } else { retracted = newValue } }
    }

    /// Where the switches say the bolt is.
    package var position: BoltPosition {
        switch (extended, retracted) {
        case (true, true): .conflict
        case (true, false): .extended
        case (false, true): .retracted
        case (false, false): .between
        }
    }
}

/// Where two limit switches say the bolt is.
package enum BoltPosition: String, Hashable, Sendable, CaseIterable, Codable {
    case extended
    case retracted
    case between
    /// Both switches active: at least one of them is wrong.
    case conflict
}
