import LockCore
import LockSimulation

extension Plant {
    /// Does what it was told, but for waiting. Gives what the answer says besides `ok`.
    func perform(_ command: PlantCommand) throws(CommandError) -> [String: JSONValue] {
        switch command {
        case .hand(let hand):
            guard act({ $0.perform(hand) }) else {
                throw CommandError("\"\(hand)\" was not possible: a door does not close on a bolt that is out")
            }
        case .fault(let fault): act { $0.inject(fault) }
        case .endFault(let fault): act { $0.remove(fault) }
        case .endAllFaults: act { $0.removeAllFaults() }
        case .status: return status(at: Self.now)
        case .mark: return ["mark": .integer(Self.now.nanoseconds)]
        case .drives(let since): return drives(since: since)
        case .edges(let since): return edges(since: since)
        case .trace(let since): return ["lines": .list(history.since(since).map { .text($0) })]
        case .reset(let setup): reset(setup)
        case .atStart(let words):
            do throws(PlantError) {
                try StartFile.write(words, to: startFile)
            } catch {
                throw CommandError(error.description)
            }
        case .wait: throw CommandError("a wait has no answer of its own")
        }
        return [:]
    }

    private func drives(since: Instant) -> [String: JSONValue] {
        let lost = record.lostCount(since: since)
        var members = DriveReport(record, since: since).json
        members["since"] = .integer(since.nanoseconds)
        members["until"] = .integer(Self.now.nanoseconds)
        members["lost"] = .integer(Int64(lost))
        members["complete"] = .bool(lost == 0 && record.knownSince <= since)
        members["latest"] = .integer(edges.latest(since: since).wholeNanoseconds)
        return members
    }

    private func edges(since: Instant) -> [String: JSONValue] {
        [
            "since": .integer(since.nanoseconds), "complete": .bool(edges.knownSince <= since),
            "edges": .list(
                edges.since(since).map { entry in
                    .object([
                        "line": .text(entry.line.rawValue), "active": .bool(entry.isActive),
                        "due": .integer(entry.due.nanoseconds), "at": .integer(entry.at.nanoseconds),
                    ])
                }),
        ]
    }

    func status(at now: Instant) -> [String: JSONValue] {
        let model = mechanism.snapshot(at: now)
        var battery: [String: JSONValue] = [
            "terminalMillivolts": .integer(Int64((model.terminalVoltage * 1000).rounded()))
        ]
        if case .level(let percent, let millivolts) = model.battery {
            battery["percent"] = .integer(Int64(percent))
            battery["millivolts"] = .integer(Int64(millivolts))
        }
        var outputs: [String: JSONValue] = [:]
        for (line, name) in pins.motorNames { outputs[name] = .integer(driven[line] ? 1 : 0) }
        var levels: [String: JSONValue] = [:]
        for (line, isActive) in inputs { levels[line.rawValue] = .bool(isActive) }
        return [
            "at": .integer(now.nanoseconds), "awake": .bool(record.output.isAwake), "battery": .object(battery),
            "bridge": .text(record.output.bridge.rawValue), "brownedOut": .bool(model.isBrownedOut),
            "current": .decimal(model.current, places: 3),
            "direction": record.output.drive.map { .text($0.rawValue) } ?? .null,
            "door": .text(model.isDoorOpen ? "open" : "closed"),
            "faults": .list(model.faults.map { .text($0.description) }), "inputs": .object(levels),
            "lateness": .object([
                "edges": .integer(Int64(edges.count)), "maximum": .integer(edges.latest.wholeNanoseconds),
                "skipped": .integer(Int64(edges.skipped)), "outputs": .integer(mechanism.latestOutput.wholeNanoseconds),
            ]),
            "moving": .bool(model.isMoving), "outputs": .object(outputs),
            "position": .decimal(model.position, places: 3),
            "trace": .object([
                "events": .integer(Int64(eventCount)), "lost": .integer(Int64(record.lostCount(since: .zero))),
                "unread": .integer(Int64(unreadCount)),
            ]),
            "velocity": .decimal(model.velocity, places: 3), "wakeups": .integer(Int64(wakeups)),
        ]
    }
}
