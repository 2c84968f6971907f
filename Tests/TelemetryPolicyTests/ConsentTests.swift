import Testing

@testable import TelemetryPolicy

@Suite("Consent")
struct ConsentTests {
    @Test("is given by an owner who has accepted the policy, and by nobody else")
    func whoGives() {
        let rig = ConsentRig()
        #expect(rig.give() == .refused(.notAccepted))
        #expect(rig.accept(isAdult: false) == .refused(.notAdult))
        rig.accept(by: Samples.other)
        #expect(rig.give() == .refused(.notAccepted))
        rig.accept()
        let echo = Samples.echo(Samples.policy, Samples.policy.scope(of: [.diagnostics]).purposes)
        let give = ConsentRequest.give([.diagnostics], echo, Samples.fresh(1))
        #expect(rig.ask(give, by: .local(user: 0)) == .refused(.notAllowed))
        #expect(rig.ask(give, by: .key(KeyReference(9))) == .refused(.notAllowed))
        #expect(rig.ask(give) == .done)
        let decided = rig.ledger.filter { $0.cause == .decided }
        // The switch that was left off is a refusal.
        #expect(decided.map(\.status) == [.given, .refused])
        #expect(decided.map(\.switches) == [[.diagnostics], [.location]])
        #expect(decided.allSatisfy { $0.actor == .key(Samples.owner) })
    }

    @Test("echoes the hash, the language and exactly the purposes of the text that was shown")
    func echo() {
        let rig = ConsentRig()
        rig.accept()
        let right = PolicyEcho(
            sha256: Samples.policy.identity.sha256, language: "en",
            purposes: [.service, .technical, .support, .improvement, .safety])
        var wrong = [right, right, right, right]
        wrong[0].sha256[31] ^= 1
        wrong[1].language = "de"
        wrong[2].purposes.remove(.improvement)
        wrong[3].purposes = []
        for echo in wrong {
            #expect(rig.ask(.give([.diagnostics], echo, Samples.fresh(1))) == .refused(.echoDiffers))
        }
        #expect(rig.ask(.give([.diagnostics], right, Samples.fresh(1))) == .done)
    }

    @Test("needs every detail of the processing, and diagnostics for location")
    func needs() {
        let rig = ConsentRig(
            .fresh(startingAt: ConsentEpoch(1)),
            PolicyContext(manifest: Samples.policy, details: Samples.incompleteDetails))
        #expect(rig.agree() == .refused(.detailsMissing))
        rig.handle(.policy(Samples.context))
        #expect(rig.give([.location]) == .refused(.needsDiagnostics))
        #expect(rig.give() == .done)
    }

    @Test("that is withdrawn ends before it is durable, in one commit with the new epoch and the erasure request")
    func withdrawal() {
        let rig = GateTableTests.full()
        let (epoch, install) = (rig.consent.state.epoch, rig.consent.state.grant?.installID)
        rig.store = .isSilent
        #expect(rig.withdraw(erasing: true) == nil)
        #expect(rig.recordable == [])
        #expect(rig.unanswered.count == 1)
        let state = rig.unanswered[0].state
        #expect(state.epoch > epoch)
        #expect(state.grant == nil)
        #expect(state.location == nil)
        #expect(state.erasures.map(\.installID) == [install])
        #expect(state.erasures.map(\.epoch) == [epoch])
        rig.answerStore(true)
        #expect(rig.effects.contains(.scrub(keeping: nil)))
        #expect(rig.effects.contains(.erasureRequested))
    }

    @Test("that could not be stopped durably stays stopped, and is tried again ever more slowly")
    func withdrawalOnABrokenDisk() {
        let rig = GateTableTests.full()
        rig.store = .fails
        #expect(rig.withdraw() == .failed)
        #expect(rig.recordable == [])
        #expect(rig.give() == .refused(.storeUnavailable))
        var waits: [Duration] = []
        for _ in 0..<9 {
            guard let deadline = rig.effects.compactMap(\.retryDeadline).last else { break }
            waits.append(deadline - rig.now.uptime)
            rig.now.uptime = deadline
            rig.handle(.timer(.retry, deadline: deadline))
            #expect(rig.recordable == [])
        }
        #expect(waits.first == .seconds(60))
        #expect(waits.last == .seconds(3_600))
        rig.store = .works
        if let deadline = rig.effects.compactMap(\.retryDeadline).last {
            rig.handle(.timer(.retry, deadline: deadline))
        }
        #expect(rig.stored?.grant == nil)
        #expect(rig.ledger.last?.status == .withdrawn)
    }

    @Test("that was never used leaves nothing for a server to erase")
    func nothingExposed() {
        let rig = ConsentRig()
        rig.agree()
        rig.withdraw(erasing: true)
        #expect(rig.consent.state.erasures == [])
        #expect(rig.effects.contains(.erasureRequested) == false)
    }

    @Test("has a new install id in every epoch")
    func installIDs() {
        let rig = GateTableTests.full()
        var seen = [rig.consent.state.grant?.installID]
        rig.ask(.eraseOnServer(Samples.fresh(50)))
        seen.append(rig.consent.state.grant?.installID)
        rig.withdraw([.location])
        seen.append(rig.consent.state.grant?.installID)
        rig.withdraw()
        rig.give(fresh: 60)
        seen.append(rig.consent.state.grant?.installID)
        #expect(Set(seen).count == 4)
        #expect(!seen.contains(nil))
    }

    @Test(
        "goes on under a changed policy only when somebody agrees, and keeps the old records only when nothing changed")
    func changedPolicy() {
        for (manifest, isSame) in [(Samples.reworded, true), (Samples.narrower, false)] {
            let rig = GateTableTests.full([.diagnostics])
            let epoch = rig.consent.state.epoch
            rig.handle(.policy(PolicyContext(manifest: manifest, details: Samples.details)))
            #expect(rig.consent.state.statuses.diagnostics == .expired)
            #expect(rig.effects.contains(.scrub(keeping: nil)) == true)
            let scrubs = rig.effects.count
            #expect(rig.give(fresh: 2) == .refused(.notAccepted))
            rig.accept()
            #expect(rig.give(fresh: 2) == .done)
            #expect(rig.consent.state.statuses.diagnostics == .renewed)
            #expect((rig.consent.state.epoch == epoch) == isSame)
            let wiped = rig.effects[scrubs...].contains(.scrub(keeping: rig.consent.state.epoch))
            #expect(wiped == !isSame)
        }
    }

    @Test("under a changed policy is purged after 30 days, by the timer alone")
    func purge() {
        let rig = GateTableTests.full()
        rig.handle(.policy(PolicyContext(manifest: Samples.reworded, details: Samples.details)))
        let epoch = rig.consent.state.epoch
        rig.pass(days: 29)
        rig.handle(.clockChanged)
        #expect(rig.consent.state.epoch == epoch)
        let deadline = rig.effects.compactMap(\.freezeDeadline).last
        rig.pass(days: 1)
        #expect(deadline == rig.now.uptime)
        rig.handle(.timer(.freeze, deadline: rig.now.uptime))
        #expect(rig.consent.state.grant == nil)
        #expect(rig.consent.state.epoch > epoch)
        #expect(rig.ledger.last?.cause == .policyNotAgreedTo)
    }

    @Test("under a changed policy that is refused is purged at once")
    func refusedChange() {
        let rig = GateTableTests.full()
        rig.handle(.policy(PolicyContext(manifest: Samples.reworded, details: Samples.details)))
        rig.ask(.refuse, by: .local(user: 0))
        #expect(rig.consent.state.grant == nil)
        #expect(rig.consent.state.statuses == SwitchStatuses(diagnostics: .refused, location: .refused))
    }

    @Test("is not brought to its end by a boot in 1970, nor kept for ever by many of them")
    func noClock() {
        let rig = GateTableTests.full()
        rig.handle(.policy(PolicyContext(manifest: Samples.reworded, details: Samples.details)))
        var state = rig.consent.state
        let changed = PolicyContext(manifest: Samples.reworded, details: Samples.details)
        for boot in 0..<800 {
            var consent = Consent()
            let now = Moment(uptime: .seconds(5), unixSeconds: Int64(boot % 60))
            let effects = consent.handle(
                .boot(.stored(state), changed, owners: [Samples.owner, Samples.other]), at: now)
            if case .estimated = consent.today(at: now) {} else { Issue.record("boot \(boot) knows the day") }
            #expect(consent.today(at: now).trusted == nil)
            if boot < 24 * 29 { #expect(consent.state.grant != nil, "boot \(boot)") }
            for case .commit(_, let new, _) in effects { state = new }
            // What is not written by the machine when nothing changes is its mark: a boot writes it.
            state.dayMark = max(state.dayMark ?? 0, consent.clock?.mark(at: now) ?? 0)
        }
        #expect(state.grant == nil)
    }

    @Test("ends with the owner who gave it, and with a reset, which keeps what servers are to erase")
    func owners() {
        var rig = GateTableTests.full()
        rig.handle(.owners([Samples.other]))
        #expect(rig.ledger.last?.cause == .ownerRemoved)
        #expect(rig.consent.state.grant == nil)
        rig = GateTableTests.full()
        rig.handle(.reset(erasing: Samples.fresh(8).erasureID))
        #expect(rig.consent.state.acceptances == [])
        #expect(rig.consent.state.erasures.count == 1)
        #expect(rig.consent.state.grant == nil)
    }

    @Test("asks a server to erase until it has, and never drops what it refuses")
    func erasures() {
        let rig = GateTableTests.full()
        rig.withdraw(erasing: true)
        let id = Samples.fresh(77).erasureID
        rig.handle(.erasureReported(id, .failed))
        rig.handle(.erasureReported(id, .refused(status: 403)))
        #expect(rig.consent.state.erasures.map(\.parkedBy) == [403])
        #expect(rig.ask(.retryErasure(id), by: .local(user: 0)) == .done)
        #expect(rig.consent.state.erasures.map(\.parkedBy) == [nil])
        rig.handle(.erasureReported(id, .done))
        #expect(rig.consent.state.erasures == [])
    }

    @Test("remembers a cell: a position next to it changes nothing, another region does")
    func location() {
        let rig = GateTableTests.full()
        #expect(rig.ask(.setLocation(.position(Samples.cell("u33db")))) == .done)
        #expect(rig.ask(.setLocation(.position(Samples.cell("u33dc")))) == .done)
        #expect(rig.consent.state.location == Samples.cell("u33db"))
        rig.ask(.setLocation(.region(Samples.cell("u33dc"))))
        #expect(rig.consent.state.location == Samples.cell("u33dc"))
        rig.withdraw([.location])
        #expect(rig.consent.state.location == nil)
        #expect(rig.ask(.setLocation(.region(Samples.cell("u33dc")))) == .refused(.notConsented))
    }

    @Test("writes nothing when nothing changes")
    func quiet() {
        let rig = GateTableTests.full()
        rig.store = .isSilent
        #expect(rig.accept() == .done)
        #expect(rig.give([.diagnostics, .location]) == .done)
        rig.handle(.owners([Samples.owner, Samples.other]))
        rig.handle(.policy(Samples.context))
        rig.now.uptime += .seconds(3_600)
        rig.handle(.clockChanged)
        #expect(rig.unanswered.isEmpty)
    }
}

extension ConsentEffect {
    var retryDeadline: Duration? {
        if case .startTimer(.retry, let deadline) = self { deadline } else { nil }
    }

    fileprivate var freezeDeadline: Duration? {
        if case .startTimer(.freeze, let deadline) = self { deadline } else { nil }
    }
}
