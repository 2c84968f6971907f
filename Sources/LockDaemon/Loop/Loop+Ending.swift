internal import Configuration
internal import LockCore
internal import LockProtocol
internal import SystemdRuntime

// The end, in order: motor, store, callers, bus.
extension Loop {
    /// Ends the loop after the handler under way; the first reason counts.
    func finish(_ reason: DaemonEnd) {
        if case .ending = stage { return }
        stage = .ending
        end = reason
        if reason != .lost { manager?.stopping(status: "Ending.") }
        events.exit()
    }

    /// The simulator has taken the power away. Nothing is finished, set, written or answered; all that is done is what a new
    /// start in the same process needs: threads that have ended, and files and sockets that are closed.
    func loseEverything() {
        stage = .ending
        end = .lost
        // Closed before the calls are dropped, which would answer them.
        link?.drop()
        storage.drop()
        _ = bolt.send(.stop)
        // In the product neither wait could be too long; here it is the simulator's to tell.
        if !bolt.finish() { end = .failed("The bolt thread did not end in time.") }
        if !storage.finish() { end = .failed("The storage thread did not end in time.") }
    }

    /// Every wait in here is bounded.
    func shutDown() {
        stage = .ending
        let isStopAsked = bolt.send(.stop)
        if !isStopAsked || !bolt.finish() {
            journal.write(.threadStuck, "The bolt thread did not end in time.")
            end = .failed("The bolt thread did not end in time.")
        }
        recordInterruptedStroke()
        // What a reset has deleted strangers' attempts belong to.
        if end != .reset { phones?.recordStrangers() }
        storage.close()
        if !storage.finish() {
            journal.write(.threadStuck, "The storage thread did not end in time.")
            end = .failed("The storage thread did not end in time.")
        }
        // Its last words: the loop's events are not looked at any more.
        storage.answers.drain {
            switch $0 {
            case .lost(let count): lost(count)
            case .problem(let words): journal.write(.storeProblem, words)
            case .settingsSaved(let save, let failure): settingsSaved(save, failure: failure)
            default: break
            }
        }
        endDurability()
        service?.endAll()
        // Nobody is served any more: what the end of Bluetooth waits for comes over the same connection.
        link?.withdraw()
        phones?.endAll(saying: .ending)
        link?.close()
        tellOwedHealth()
        if end == .stopped { journal.write(.stopped, "The lock has stopped; the motor is off.") }
    }

    /// A stroke that the end has interrupted is told as cancelled, and its motion closed. On a board that completes
    /// interrupted strokes the motion that was wanted last stays open instead: the next start tells of it and completes it, and
    /// only the others are told here. A stroke that has arrived is told as done.
    private func recordInterruptedStroke() {
        // What the bolt thread said last, which nobody has looked at.
        var ends: [DriveEnd] = []
        bolt.answers.drain { if case .report(.driveEnded(let end)) = $0 { ends.append(end) } }
        guard let stroke = device.stroke else { return }
        let arrived = Self.arrival(of: stroke, ends: ends)
        let outcome: AuditOutcome = arrived.map { .done($0, warning: stroke.warning) } ?? .failed(.cancelled)
        let successors = stroke.interruption?.successor.tickets ?? []
        let now = BootClock.now()
        func event(_ ticket: Ticket) -> AuditEvent {
            AuditEvent(
                action: ticket.action, origin: ticket.origin, outcome: outcome, at: now,
                unixSeconds: civil.told?.unixSeconds(at: now), isTimeTrusted: civil.told?.isTrusted ?? false)
        }
        var staysOpen: MotionID?
        if arrived == nil, configuration.profile.recovery == .complete,
            let last = successors.first ?? stroke.tickets.first, let motion = last.motion
        {
            staysOpen = motion
            // Whether the motion is in the store only the store knows: it may not have answered in time.
            if !storage.send(.recordInterrupted(event(last), motion)) { lost(1) }
        }
        for ticket in stroke.tickets + successors where staysOpen == nil || ticket.motion != staysOpen {
            if !storage.send(.record(event(ticket), closing: ticket.motion)) { lost(1) }
            if let arrived, let id = ticket.id { deliver(id, .done(arrived, warning: stroke.warning)) }
        }
    }

    /// Where a stroke has ended whose last drive reached the limit that it was for; nil: it has not ended there.
    private static func arrival(of stroke: Stroke, ends: [DriveEnd]) -> LockState? {
        guard stroke.interruption == nil, case .driving(_, let id, _) = stroke.phase,
            let end = ends.first(where: { $0.id == id }), end.reason == .limit
        else { return nil }
        switch (stroke.goal, end.limits.position) {
        case (.locked, .extended): return .locked
        case (.unlocked, .retracted): return .unlocked
        default: return nil
        }
    }
}
