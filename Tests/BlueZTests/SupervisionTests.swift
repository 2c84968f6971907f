import Testing

@testable import BlueZ

@Suite struct SupervisionTests {
    private let hci0 = AdapterState(path: "/org/bluez/hci0")

    /// Registered, after the usual steps.
    private func ready() -> Supervision {
        var machine = Supervision()
        _ = machine.serviceAppeared()
        _ = machine.looked(hci0)
        for step in [Supervision.Step.settings, .application, .advertisement] { _ = machine.succeeded(step) }
        return machine
    }

    @Test func `steps are done in order: settings, application, advertisement`() {
        var machine = Supervision()
        #expect(machine.serviceAppeared() == [.stopWaiting, .abandon, .report(.starting), .look])
        #expect(machine.looked(hci0) == [.report(.starting), .perform(.settings, adapter: hci0.path)])
        #expect(machine.succeeded(.settings) == [.perform(.application, adapter: hci0.path)])
        #expect(machine.succeeded(.application) == [.perform(.advertisement, adapter: hci0.path)])
        #expect(machine.succeeded(.advertisement) == [.report(.ready)])
    }

    @Test func `every disturbance of a registered lock leads to all steps again`() {
        var machine = ready()
        #expect(machine.disturbed() == [.stopWaiting, .abandon, .look])
        #expect(machine.looked(hci0).last == .perform(.settings, adapter: hci0.path))
        machine = ready()
        #expect(machine.serviceVanished() == [.stopWaiting, .abandon, .report(.noService)])
        #expect(machine.serviceAppeared().last == .look)
    }

    @Test func `an answer to a step that was given up changes nothing`() {
        var machine = ready()
        _ = machine.disturbed()
        let before = machine.adapter
        #expect(machine.succeeded(.advertisement) == [])
        #expect(machine.failed(.settings, "late") == [])
        #expect(machine.timeIsUp() == [])
        #expect(machine.adapter == before)
    }

    @Test func `what happens during a look leads to another one`() {
        var machine = Supervision()
        _ = machine.serviceAppeared()
        #expect(machine.disturbed() == [])
        #expect(machine.looked(nil) == [.look])
        #expect(machine.looked(nil) == [.report(.noAdapter)])
        #expect(machine.disturbed() == [.stopWaiting, .abandon, .look])
    }

    @Test func `a blocked radio is waited for without a timer`() {
        var machine = Supervision()
        _ = machine.serviceAppeared()
        #expect(machine.looked(AdapterState(path: "/org/bluez/hci0", isBlocked: true)) == [.report(.blocked)])
        #expect(machine.disturbed() == [.stopWaiting, .abandon, .look])
        _ = machine.looked(hci0)
        #expect(machine.failed(.settings, "blocked", isBlocked: true) == [.report(.blocked)])
    }

    @Test func `failures are answered less and less often, and every third with a reset of the adapter`() {
        var machine = Supervision()
        _ = machine.serviceAppeared()
        var waits: [Duration] = []
        var resets: [Int] = []
        for failure in 1...12 {
            let actions = machine.looked(hci0)
            if actions.last == .perform(.powerOff, adapter: hci0.path) {
                resets.append(failure)
                // A chip that is not even to be switched off is switched on all the same.
                #expect(machine.failed(.powerOff, "time-out") == [.perform(.settings, adapter: hci0.path)])
            }
            let answer = machine.failed(.settings, "refused")
            guard case .wait(let delay)? = answer.last else {
                Issue.record("no wait in \(answer)")
                return
            }
            #expect(answer.first == .report(.failing(step: "set the adapter up", reason: "refused", retryIn: delay)))
            waits.append(delay)
            #expect(machine.timeIsUp() == [.look])
        }
        #expect(waits.prefix(5) == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(waits.last == Supervision.longestRetry)
        #expect(resets == [4, 7, 10])
    }

    @Test func `a failure that may be the chip's leads to a reset at once`() {
        var machine = ready()
        #expect(machine.failed(.advertisement, "time-out", isChip: true).last == .wait(Supervision.firstRetry))
        _ = machine.timeIsUp()
        #expect(machine.looked(hci0).last == .perform(.powerOff, adapter: hci0.path))
        #expect(machine.succeeded(.powerOff) == [.perform(.settings, adapter: hci0.path)])
        for step in [Supervision.Step.settings, .application, .advertisement] { _ = machine.succeeded(step) }
        _ = machine.disturbed()
        #expect(machine.looked(hci0).last == .perform(.settings, adapter: hci0.path))
    }

    @Test func `a registration that stands forgets its failures`() {
        var machine = Supervision()
        _ = machine.serviceAppeared()
        for _ in 1...3 {
            _ = machine.looked(hci0)
            _ = machine.failed(.settings, "refused")
            _ = machine.timeIsUp()
        }
        _ = machine.looked(hci0)
        for step in [Supervision.Step.powerOff, .settings, .application, .advertisement] { _ = machine.succeeded(step) }
        #expect(machine.failed(.advertisement, "lost").last == .wait(Supervision.firstRetry))
    }

    // MARK: A chip that stays dead

    /// How long the next attempt is waited for, after one that fails as with a dead chip.
    private func wait(after machine: inout Supervision) -> Duration? {
        if machine.looked(hci0).last == .perform(.powerOff, adapter: hci0.path) {
            _ = machine.failed(.powerOff, "time-out", isChip: true)
        }
        guard case .wait(let delay)? = machine.failed(.settings, "time-out", isChip: true).last else { return nil }
        return delay
    }

    @Test func `a chip that stays dead is tried a dozen times in a quarter of an hour, and then every five minutes`() {
        var machine = Supervision()
        _ = machine.serviceAppeared()
        var elapsed = Duration.zero
        var attempts = 0
        while elapsed < .seconds(900) {
            elapsed += wait(after: &machine) ?? .zero
            attempts += 1
            #expect(machine.timeIsUp() == [.look])
        }
        #expect(attempts <= 13)
        for _ in 0..<3 {
            #expect(wait(after: &machine) == Supervision.longestRetry)
            _ = machine.timeIsUp()
        }
    }

    @Test func `news is acted on at once and begins the waits anew`() {
        for isService in [false, true] {
            var machine = Supervision()
            _ = machine.serviceAppeared()
            for _ in 0..<6 {
                _ = wait(after: &machine)
                _ = machine.timeIsUp()
            }
            #expect(wait(after: &machine) == .seconds(32))
            #expect((isService ? machine.serviceAppeared() : machine.adapterAppeared()).last == .look)
            #expect(wait(after: &machine) == Supervision.firstRetry)
        }
    }

    @Test func `an adapter that comes and goes for ever is looked at less and less often`() {
        var machine = Supervision()
        _ = machine.serviceAppeared()
        _ = machine.looked(nil)
        var looks = 0
        // Every two seconds for an hour: it comes, fails, and goes again.
        var wakesAt: Duration?
        for round in 0..<1800 {
            let now = Duration.seconds(2 * round)
            var actions = machine.adapterAppeared()
            if let at = wakesAt, at <= now, !actions.contains(.look) { actions += machine.timeIsUp() }
            for action in actions {
                if case .wait(let delay) = action { wakesAt = now + delay }
                if action == .stopWaiting { wakesAt = nil }
            }
            guard actions.last == .look else { continue }
            looks += 1
            if let delay = wait(after: &machine) { wakesAt = now + delay }
        }
        #expect(looks <= 32)
        #expect(looks > Supervision.newsActedOnAtOnce)
    }
}
