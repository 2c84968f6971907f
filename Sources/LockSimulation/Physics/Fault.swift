package import LockCore

/// What can be wrong with the mechanism. Every fault can be injected and removed at any instant; see ``PhysicalModel`` for the
/// fault model as a whole.
///
/// The textual form (``description``, ``init(text:)``) is what scenario files say; it reads back as the same fault.
package enum Fault: Hashable, Sendable {
    /// Something is in the bolt's way at a position in mm, on the side to which the bolt would have to pass it: in front of the
    /// end of a bolt that is not there yet, behind one that is already past it. It is squeezed, and pushes back.
    case obstruction(at: Double, Stiffness)
    /// A gear slips: the motor turns nearly unloaded, and the bolt follows with a fiftieth of its travel.
    case slippingGear
    /// A limit switch shows this level whatever the bolt does.
    case limitStuck(LimitSwitch, active: Bool)
    /// A short between the switch lines: both show active.
    case bothLimitsActive
    /// A worn contact: each change of this limit switch bounces for 30 to 80 ms, longer than it is debounced.
    case limitNoise(LimitSwitch)
    /// Edges of both limit switches are seen this much after the level has changed. 0...1 s.
    case lateEdges(by: Duration)
    /// The next `count` edges of this limit switch (bounces included) are never seen; the level changes all the same.
    case lostEdges(LimitSwitch, count: Int)
    /// The driver reports a fault and turns its outputs off.
    case driverFault
    /// The motor's wires are exchanged.
    case motorReversed
    /// A motor wire is broken: no current.
    case motorDisconnected
    /// The cells are nearly used up: the pack behaves as one of this charge, in percent.
    case weakBattery(percent: Int)
    /// The pack has a bad contact: at rest it shows its usual voltage, and under the motor's load it falls below what the
    /// processor needs.
    case brownOut
    /// The gauge does not answer.
    case gaugeUnreadable

    /// How much an obstruction gives.
    package enum Stiffness: String, Hashable, Sendable, CaseIterable {
        /// Metal or wood: the bolt stops within a fraction of a millimetre.
        case hard
        /// A rug or a sleeve: the bolt is slowed over several millimetres.
        case soft
    }

    /// Of two faults that cannot exist together, the later replaces the earlier: those of the same name, and for the same
    /// switch where the fault is of one switch.
    func excludes(_ other: Fault) -> Bool { slot == other.slot }

    private var slot: String {
        switch self {
        case .limitStuck(let limit, _), .limitNoise(let limit), .lostEdges(let limit, _): "\(name) \(limit.rawValue)"
        default: name
        }
    }

    /// The first word of the textual form.
    package var name: String {
        switch self {
        case .obstruction: "obstruction"
        case .slippingGear: "slipping-gear"
        case .limitStuck: "limit-stuck"
        case .bothLimitsActive: "both-limits-active"
        case .limitNoise: "limit-noise"
        case .lateEdges: "late-edges"
        case .lostEdges: "lost-edges"
        case .driverFault: "driver-fault"
        case .motorReversed: "motor-reversed"
        case .motorDisconnected: "motor-disconnected"
        case .weakBattery: "weak-battery"
        case .brownOut: "brown-out"
        case .gaugeUnreadable: "gauge-unreadable"
        }
    }
}

extension Fault: CaseIterable {
    /// One fault of each kind, with plausible figures: for menus and for tests that visit every kind.
    package static let allCases: [Fault] = [
        .obstruction(at: 12, .hard), .slippingGear, .limitStuck(.extended, active: false), .bothLimitsActive,
        .limitNoise(.extended), .lateEdges(by: .milliseconds(20)), .lostEdges(.extended, count: 200), .driverFault,
        .motorReversed, .motorDisconnected, .weakBattery(percent: 12), .brownOut, .gaugeUnreadable,
    ]
}

extension Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .obstruction(let at, let stiffness): "\(name) \(Self.text(at)) \(stiffness.rawValue)"
        case .limitStuck(let limit, let active): "\(name) \(limit.rawValue) \(active ? "active" : "inactive")"
        case .limitNoise(let limit): "\(name) \(limit.rawValue)"
        case .lateEdges(let delay): "\(name) \(DurationText.format(delay))"
        case .lostEdges(let limit, let count): "\(name) \(limit.rawValue) \(count)"
        case .weakBattery(let percent): "\(name) \(percent)"
        default: name
        }
    }

    /// Millimetres in the shortest form that reads back exactly.
    static func text(_ millimetres: Double) -> String {
        let whole = millimetres.rounded()
        return whole == millimetres && whole.magnitude < 1e6 ? "\(Int(whole))" : "\(millimetres)"
    }

    /// Reads the textual form: ``syntax`` lists what it may be.
    package init(text: String) throws(PhraseError) {
        var phrase = Phrase(text, kind: "fault")
        let name = try phrase.word("the fault's name")
        self = try Self.read(name, from: &phrase)
        try phrase.end()
    }

    private static func read(_ name: String, from phrase: inout Phrase) throws(PhraseError) -> Fault {
        switch name {
        case "obstruction":
            let position = try phrase.number("the position in mm", in: 0...100)
            guard let word = phrase.optionalWord() else { return .obstruction(at: position, .hard) }
            guard let stiffness = Stiffness(rawValue: word) else {
                throw phrase.error("\"\(word)\" is no stiffness; it must be hard or soft")
            }
            return .obstruction(at: position, stiffness)
        case "slipping-gear": return .slippingGear
        case "limit-stuck":
            let limit = try phrase.limit()
            return .limitStuck(limit, active: try phrase.choice("the level", [("active", true), ("inactive", false)]))
        case "both-limits-active": return .bothLimitsActive
        case "limit-noise": return .limitNoise(try phrase.limit())
        case "late-edges":
            let delay = try phrase.duration("the delay")
            guard delay <= .seconds(1) else { throw phrase.error("the delay may be 1s at most") }
            return .lateEdges(by: delay)
        case "lost-edges":
            let limit = try phrase.limit()
            return .lostEdges(limit, count: Int(try phrase.whole("the number of edges", in: 1...1_000_000)))
        case "driver-fault": return .driverFault
        case "motor-reversed": return .motorReversed
        case "motor-disconnected": return .motorDisconnected
        case "weak-battery": return .weakBattery(percent: Int(try phrase.whole("the charge in percent", in: 0...100)))
        case "brown-out": return .brownOut
        case "gauge-unreadable": return .gaugeUnreadable
        default: throw phrase.error("there is no such fault; there are: \(syntax.joined(separator: ", "))")
        }
    }

    /// The textual forms, for help and for error messages.
    package static let syntax = [
        "obstruction MM [hard|soft]", "slipping-gear", "limit-stuck extended|retracted active|inactive",
        "both-limits-active", "limit-noise extended|retracted", "late-edges DURATION",
        "lost-edges extended|retracted COUNT", "driver-fault", "motor-reversed", "motor-disconnected",
        "weak-battery PERCENT", "brown-out", "gauge-unreadable",
    ]
}

extension Phrase {
    mutating func limit() throws(PhraseError) -> LimitSwitch {
        try choice("the switch", LimitSwitch.allCases.map { ($0.rawValue, $0) })
    }
}
