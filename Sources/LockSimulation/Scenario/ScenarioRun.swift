package import LockCore

/// How a scenario went.
package struct ScenarioSummary: Sendable {
    package var turns: Int
    package var drives: Int
    package var met: Int
    /// One message for each expectation that was not met: where it stands, what was expected, what was seen, the seed.
    package var failures: [String]
    package var violations: [SafetyMonitor.Violation]
    /// World time at the end.
    package var ended: Instant
}

/// Plays a scenario on a virtual lock. The same scenario, board and seed write the same bytes.
package struct ScenarioRun: Sendable {
    private let scenario: Scenario
    private let seed: UInt64
    package private(set) var lock: VirtualLock
    package private(set) var recorder: RunRecorder
    /// What was recorded for a picture; nil unless that was asked for.
    package private(set) var trace: Trace?
    private var requests: [String: RequestID] = [:]
    private var nextRequest: UInt64 = 1
    private var nextDrive = 0
    private var nextAudit = 0
    private var met = 0
    private var failures: [String] = []

    /// The civil time at which a scenario's world begins: 2026-01-01T00:00:00Z.
    private static let civilStart: Int64 = 1_767_225_600

    package init(_ scenario: Scenario, board: DeviceConfiguration, seed: UInt64, isTraced: Bool = false) {
        self.scenario = scenario
        self.seed = seed
        let configuration = scenario.configuration(board)
        lock = VirtualLock(
            configuration: configuration, parameters: scenario.parameters, seed: seed, position: scenario.position,
            civilSeconds: Self.civilStart)
        recorder = RunRecorder(monitor: SafetyMonitor(configuration: configuration))
        trace = isTraced ? Trace(title: scenario.title, parameters: scenario.parameters) : nil
    }

    /// Plays it all; hands over each line as soon as it is written, the last one being the summary.
    package mutating func run(emit: (String) -> Void) -> ScenarioSummary {
        for step in scenario.steps {
            advance(to: step.at)
            perform(step)
            for line in recorder.takeLines() { emit(line) }
        }
        let violations = recorder.monitor.violations
        let summary = ScenarioSummary(
            turns: recorder.turns, drives: recorder.drives.count, met: met, failures: failures, violations: violations,
            ended: lock.now)
        recorder.write(
            "summary", at: lock.now,
            [
                "scenario": .text(scenario.file), "seed": .text("\(seed)"), "turns": .integer(Int64(summary.turns)),
                "drives": .integer(Int64(summary.drives)), "met": .integer(Int64(met)),
                "failed": .list(failures.map { .text($0) }),
                "violations": .list(violations.map { .text($0.description) }),
            ])
        for line in recorder.takeLines() { emit(line) }
        for mark in recorder.marks { trace?.record(mark) }
        return summary
    }

    // MARK: Time

    private mutating func advance(to bound: Instant) {
        guard trace != nil else { return lock.run(until: bound, observer: &recorder) }
        sample()
        while lock.now < bound {
            // From one thing that the mechanism does to the next, so that every bounce is in the picture.
            let next = lock.mechanism.nextActivity.map { max($0, lock.now) } ?? bound
            _ = lock.step(until: min(bound, next), observer: &recorder)
            sample()
        }
        lock.run(until: bound, observer: &recorder)
        sample()
    }

    private mutating func sample() {
        let state = lock.isPowered ? lock.state.text : "off"
        trace?.record(TraceSample(lock.mechanism, state: state))
    }

    // MARK: Steps

    private mutating func perform(_ step: ScenarioStep) {
        let now = lock.now
        switch step.action {
        case .command(let command, let origin, let name): ask(command, from: origin, name: name, text: step.text)
        case .hand(let hand):
            let isDone = lock.perform(hand)
            recorder.write("hand", at: now, ["hand": .text(hand.description), "done": .bool(isDone)])
            recorder.mark(.fault, isDone ? hand.description : "\(hand), in vain", at: now)
        case .fault(let fault):
            lock.inject(fault)
            tell("fault", fault.description)
        case .endFault(let fault):
            lock.remove(fault)
            tell("fault", "end \(fault.name)")
        case .endAllFaults:
            lock.removeAllFaults()
            tell("fault", "end all")
        case .powerCut(let duration):
            tell("world", step.text)
            lock.cutPower(for: duration, observer: &recorder)
        case .clockJump(let seconds):
            lock.jumpClock(seconds: seconds)
            tell("world", step.text)
        case .clock(let clock):
            let seconds = (lock.civilSeconds ?? Self.civilStart) + now.nanoseconds / 1_000_000_000
            lock.setCivilTime(clock == .none ? nil : seconds, isTrusted: clock == .trusted)
            tell("world", step.text)
        case .store(let store):
            switch store {
            case .stall(let duration): lock.store.stalledUntil = now + duration
            case .fail: lock.store.isFailing = true
            case .work:
                lock.store.isFailing = false
                lock.store.stalledUntil = nil
            }
            tell("world", step.text)
        case .boltThreadHeldUp(let duration):
            lock.reportDelay = duration
            tell("world", step.text)
        case .expect(let expectation): check(expectation, step)
        }
    }

    private mutating func tell(_ kind: String, _ text: String) {
        recorder.write(kind, at: lock.now, [kind: .text(text)])
        recorder.mark(.fault, text, at: lock.now)
    }

    private mutating func ask(_ wanted: ScenarioCommand, from origin: Origin, name: String?, text: String) {
        let command = wanted.command(lock.computer?.device.settings ?? Settings())
        let id = RequestID(nextRequest)
        nextRequest += 1
        if let name { requests[name] = id }
        recorder.write(
            "command", at: lock.now,
            ["command": .text(text), "request": .integer(Int64(clamping: id.rawValue)), "heard": .bool(lock.isPowered)])
        recorder.mark(.command, wanted.text, at: lock.now)
        guard lock.isPowered else { return }
        recorder.monitor.asked(command, from: origin, id: id, at: lock.now)
        lock.send(command, from: origin, id: id)
    }

    // MARK: Expectations

    private mutating func check(_ expectation: ScenarioExpectation, _ step: ScenarioStep) {
        let complaint = complaint(expectation)
        recorder.write(
            "expect", at: lock.now,
            [
                "expect": .text(step.text), "line": .integer(Int64(step.line)), "met": .bool(complaint == nil),
                "seen": complaint.map { .text($0) } ?? .null,
            ])
        guard let complaint else {
            met += 1
            return
        }
        let time = DurationText.format(step.at - .zero)
        failures.append("\(scenario.file):\(step.line): at \(time): \(step.text): but saw \(complaint) (seed \(seed))")
    }

    /// What was seen instead; nil when the expectation is met.
    private mutating func complaint(_ expectation: ScenarioExpectation) -> String? {
        switch expectation {
        case .reply(let name, let wanted): return replyComplaint(name, wanted)
        case .audit(let action, let outcome, let origin): return auditComplaint(action, outcome, origin)
        case .noAudit:
            let left = recorder.audits[nextAudit...]
            return left.isEmpty ? nil : left.map(\.text).joined(separator: ", ")
        case .drive(let direction, let range): return driveComplaint(direction, range)
        case .noDrive:
            let left = recorder.drives[nextDrive...]
            return left.isEmpty ? nil : left.map(\.text).joined(separator: ", ")
        case .drives(let count):
            return recorder.drives.count == count ? nil : "\(recorder.drives.count)"
        default: return expectation.complaint(about: lock)
        }
    }

    private func replyComplaint(_ name: String, _ wanted: ScenarioReply?) -> String? {
        guard let id = requests[name] else { return "that it was never asked" }
        let reply = recorder.monitor.replies[id]
        switch (wanted, reply) {
        case (nil, nil): return nil
        case (_, nil): return "no reply"
        case (nil, let reply?): return reply.text
        case (let wanted?, let reply?): return wanted.matches(reply) ? nil : reply.text
        }
    }

    private mutating func auditComplaint(
        _ action: AuditAction, _ outcome: ScenarioOutcome, _ origin: Origin?
    ) -> String? {
        let left = recorder.audits[nextAudit...]
        let found = left.firstIndex {
            $0.action == action && outcome.matches($0.outcome) && (origin == nil || origin == $0.origin)
        }
        guard let found else { return left.isEmpty ? "no new entry" : left.map(\.text).joined(separator: ", ") }
        nextAudit = found + 1
        return nil
    }

    private mutating func driveComplaint(_ direction: Direction, _ range: ClosedRange<Duration>) -> String? {
        guard nextDrive < recorder.drives.count else { return "no further drive" }
        let drive = recorder.drives[nextDrive]
        nextDrive += 1
        return drive.direction == direction && range.contains(drive.elapsed) ? nil : drive.text
    }
}

extension RunRecorder.Drive {
    fileprivate var text: String {
        "\(direction.rawValue) for \(Decimal.trimmed(Double(elapsed.wholeNanoseconds) / 1e6))ms"
    }
}
