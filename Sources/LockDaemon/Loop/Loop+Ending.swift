internal import Configuration
internal import LockCore
internal import SystemdRuntime

// The end, in order: motor, store, callers, bus.
extension Loop {
    /// Ends the loop after the handler under way; the first reason counts.
    func finish(_ reason: DaemonEnd) {
        if case .ending = stage { return }
        stage = .ending
        end = reason
        if configuration.notifiesServiceManager { _ = try? Notify.stopping(status: "Ending.") }
        events.exit()
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
            default: break
            }
        }
        service?.endAll()
        link?.close()
        if end == .stopped { journal.write(.stopped, "The lock has stopped; the motor is off.") }
    }

    /// A stroke that the end has interrupted is told as cancelled, and its motion closed. On a board that completes
    /// interrupted strokes it stays open instead: the next start tells of it and completes it.
    private func recordInterruptedStroke() {
        guard let stroke = device.stroke, configuration.profile.recovery == .stay else { return }
        var motion: MotionID? = stroke.motion
        let now = BootClock.now()
        for ticket in stroke.tickets + (stroke.interruption?.successor.tickets ?? []) {
            let event = AuditEvent(
                action: ticket.action, origin: ticket.origin, outcome: .failed(.cancelled), at: now,
                unixSeconds: civil.told?.unixSeconds(at: now), isTimeTrusted: civil.told?.isTrusted ?? false)
            if !storage.send(.record(event, closing: motion)) { lost(1) }
            motion = nil
        }
    }
}
