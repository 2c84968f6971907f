import LockCore
import LockSimulation

/// The model in real time. Pure: the time is an argument.
///
/// It is not polled. A copy of the model runs ahead of the present to find the next edge, and ``nextActivity`` is that edge's time;
/// if nobody acts until then, the copy was right. The model itself is kept ``margin`` behind the present, so that an output whose
/// event comes late is still applied at its own time.
struct Mechanism: Sendable {
    /// How far the copy runs ahead: what is thrown away when somebody acts costs 200 steps at most.
    static let horizon: Duration = .milliseconds(20)
    /// From an event's time stamp to its arrival here, at most, as a rule: two processors, one of which the host holds up.
    static let margin: Duration = .milliseconds(2)

    private(set) var model: PhysicalModel
    private var ahead: Ahead?
    /// Outputs that were applied later than at their time stamp, because the model had passed it: by how much at most.
    private(set) var latestOutput: Duration = .zero

    private struct Ahead: Sendable {
        /// As of the edge, or of ``until``.
        var model: PhysicalModel
        var edge: ModelEdge?
        var until: Instant
    }

    init(_ setup: PlantSetup, output: BridgeOutput, at now: Instant) {
        model = PhysicalModel(
            parameters: setup.parameters, seed: setup.seed, at: now, position: setup.position,
            isDoorOpen: setup.isDoorOpen)
        model.set(output)
    }

    /// Lets everything happen that is due, and hands over its edges.
    mutating func advance(to now: Instant, onEdge: (ModelEdge) -> Void) {
        while true {
            let found = lookAhead(from: now)
            guard let edge = found.edge, found.model.now <= now else { break }
            model = found.model
            ahead = nil
            onEdge(edge)
        }
        // No edge is due until now: there is nothing to hand over on the way.
        let behind = now - Self.margin
        if model.now < behind { model.advance(to: behind, onEdge: onEdge) }
    }

    private mutating func lookAhead(from now: Instant) -> Ahead {
        if let ahead, ahead.edge != nil || now < ahead.until { return ahead }
        var copy = ahead?.model ?? model
        let until = max(now, copy.now) + Self.horizon
        let edge = copy.run(until: until)
        let found = Ahead(model: copy, edge: edge, until: until)
        ahead = found
        return found
    }

    /// When ``advance(to:onEdge:)`` has something to do next; nil: never, until somebody acts.
    var nextActivity: Instant? {
        guard let ahead else { return model.nextActivity }
        if ahead.edge != nil { return ahead.model.now }
        if let next = ahead.model.nextActivity { return max(next, ahead.until) }
        // Once more, so that the model itself comes to rest.
        return model.nextActivity == nil ? nil : ahead.until + Self.margin
    }

    /// The outputs were set, at a time that has passed.
    mutating func set(_ output: BridgeOutput, at: Instant, onEdge: (ModelEdge) -> Void) {
        if at < model.now { latestOutput = max(latestOutput, model.now - at) }
        act(at: at, onEdge: onEdge) { $0.set(output) }
    }

    /// Somebody acts on the mechanism at a time.
    @discardableResult
    mutating func act<Result>(
        at instant: Instant, onEdge: (ModelEdge) -> Void, _ body: (inout PhysicalModel) -> Result
    ) -> Result {
        model.advance(to: instant, onEdge: onEdge)
        ahead = nil
        return body(&model)
    }

    /// The mechanism at a time, without changing it.
    func snapshot(at now: Instant) -> PhysicalModel {
        var copy = model
        copy.advance(to: now) { _ in }
        return copy
    }

    /// Counts anew.
    mutating func restartCounting() { latestOutput = .zero }
}

extension Instant {
    fileprivate static func - (left: Instant, right: Duration) -> Instant {
        Instant(nanoseconds: left.nanoseconds - right.wholeNanoseconds)
    }
}
