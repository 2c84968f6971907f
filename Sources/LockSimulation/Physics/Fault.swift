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
            let position = try phrase.number("the position in mm", in: positionBounds)
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
            guard delay <= latestEdge else {
                throw phrase.error("the delay may be \(DurationText.format(latestEdge)) at most")
            }
            return .lateEdges(by: delay)
        case "lost-edges":
            let limit = try phrase.limit()
            return .lostEdges(limit, count: Int(try phrase.whole("the number of edges", in: edgeBounds)))
        case "driver-fault": return .driverFault
        case "motor-reversed": return .motorReversed
        case "motor-disconnected": return .motorDisconnected
        case "weak-battery":
            return .weakBattery(percent: Int(try phrase.whole("the charge in percent", in: percentBounds)))
        case "brown-out": return .brownOut
        case "gauge-unreadable": return .gaugeUnreadable
        default: throw phrase.error("there is no such fault; there are: \(syntax.joined(separator: ", "))")
        }
    }

    static let positionBounds: ClosedRange<Double> = 0...100
    static let latestEdge: Duration = .seconds(1)
    static let edgeBounds: ClosedRange<Int64> = 1...1_000_000
    static let percentBounds: ClosedRange<Int64> = 0...100

    /// The textual forms with what they do.
    package static let forms: [PhraseForm] = [
        PhraseForm(
            "obstruction MM [hard|soft]", "obstruction 12 hard",
            "Something in the bolt's way at MM (\(boundsText(positionBounds))), in front of a bolt that is not there yet, behind one "
                + "that is past it. `hard` (metal, wood) unless `soft` (a rug, a sleeve) is said."),
        PhraseForm(
            "slipping-gear", nil, "The motor turns nearly unloaded; the bolt follows with a fiftieth of its travel."),
        PhraseForm(
            "limit-stuck extended|retracted active|inactive", "limit-stuck extended inactive",
            "That limit switch shows that level, whatever the bolt does."),
        PhraseForm("both-limits-active", nil, "A short between the switches' lines: both show active."),
        PhraseForm(
            "limit-noise extended|retracted", "limit-noise retracted",
            "A worn contact: each change of that switch bounces for longer than it is debounced."),
        PhraseForm(
            "late-edges DURATION", "late-edges 20ms",
            "Edges of both limit switches come so much after the level has changed; \(DurationText.format(latestEdge)) at most."
        ),
        PhraseForm(
            "lost-edges extended|retracted COUNT", "lost-edges extended 200",
            "The next COUNT edges of that switch (\(boundsText(edgeBounds)), bounces included) are never seen; the level is right."
        ),
        PhraseForm("driver-fault", nil, "The driver reports a fault and turns its outputs off."),
        PhraseForm("motor-reversed", nil, "The motor's wires are exchanged."),
        PhraseForm("motor-disconnected", nil, "A motor wire is broken: no current."),
        PhraseForm(
            "weak-battery PERCENT", "weak-battery 12",
            "The pack behaves as one of this charge (\(boundsText(percentBounds)))."),
        PhraseForm(
            "brown-out", nil,
            "A bad contact of the pack: under the motor's load the processor resets; the power is back 200 ms later."),
        PhraseForm("gauge-unreadable", nil, "The battery gauge does not answer."),
    ]

    /// The textual forms, for help and for error messages.
    package static let syntax = forms.map(\.syntax)
}

extension Phrase {
    mutating func limit() throws(PhraseError) -> LimitSwitch {
        try choice("the switch", LimitSwitch.allCases.map { ($0.rawValue, $0) })
    }
}
