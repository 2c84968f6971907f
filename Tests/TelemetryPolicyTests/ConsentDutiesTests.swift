import Testing

@testable import TelemetryPolicy

/// Location, notices, erasure, and stores that cannot be relied on.
@Suite("Consent, in its corners,")
struct ConsentDutiesTests {
    @Test("holds that the location service was turned off, although that could not be stored and nothing was agreed to")
    func serviceOff() throws {
        let rig = ConsentRig()
        rig.ask(.setLocationService(isActive: true))
        rig.store = .fails
        #expect(rig.ask(.setLocationService(isActive: false)) == .failed)
        rig.store = .works
        rig.handle(.timer(.retry, deadline: try #require(rig.effects.compactMap(\.retryDeadline).last)))
        rig.agree([.diagnostics, .location])
        #expect(rig.mayRecord(.battery))
        #expect(!rig.mayRecord(.location))
    }

    @Test("is asked about a cell before it is remembered anywhere")
    func cellWithoutConsent() {
        let rig = ConsentRig()
        let request = ConsentRequest.setLocation(.region(Samples.cell("u33dc")))
        #expect(rig.ask(request) == .refused(.notConsented))
        rig.agree([.diagnostics, .location])
        #expect(rig.ask(request) == .refused(.serviceInactive))
        rig.ask(.setLocationService(isActive: true))
        rig.now.isTrusted = false
        #expect(rig.ask(request) == .refused(.dayUnknown))
        rig.now.isTrusted = true
        #expect(rig.ask(request, by: .local(user: 0)) == .refused(.notAllowed))
        #expect(rig.consent.state.location == nil)
        #expect(rig.ask(request) == .done)
    }

    @Test("leaves no record behind when the lock is reset, though the store be dead")
    func resetOnADeadStore() {
        let rig = GateTableTests.full()
        rig.store = .isSilent
        rig.withdraw()
        rig.effects = []
        rig.handle(.reset(erasing: nil))
        #expect(rig.effects.contains(.scrub(keeping: nil)))
        #expect(rig.recordable == [])
    }

    @Test(
        "keeps an erasure request through a reset that overtakes it, being made durable or waiting",
        arguments: [true, false])
    func erasureOvertaken(_ isWaiting: Bool) throws {
        let rig = GateTableTests.full()
        let install = try #require(rig.consent.state.grant?.installID)
        rig.store = .isSilent
        if isWaiting { rig.accept(by: Samples.other) }
        rig.withdraw(erasing: true)
        rig.handle(.reset(erasing: nil))
        // What was overtaken could not be stored.
        rig.answerStore(false)
        rig.answerStore(true)
        #expect(rig.stored?.grant == nil)
        #expect(rig.stored?.erasures.map(\.installID) == [install])
        #expect(rig.consent.state.erasures.count == 1)
    }

    @Test("begins a new ledger with a reset, though more be decided before that could be stored")
    func newLedger() throws {
        let rig = GateTableTests.full()
        let old = try #require(rig.ledger.last?.number)
        #expect(rig.consent.state.firstRecord(with: []) == old + 1)
        rig.store = .isSilent
        rig.handle(.reset(erasing: nil))
        #expect(rig.unanswered[0].state.firstRecord(with: rig.unanswered[0].records) == 1)
        rig.handle(.owners([Samples.other]))
        rig.ask(.refuse, by: .key(Samples.other))
        rig.answerStore(false)
        rig.answerStore(true)
        let rows = rig.ledger.suffix(1)
        #expect(rows.map(\.number) == [1])
        #expect(rows.map(\.actor) == [.key(Samples.other)])
        #expect(rig.stored?.firstRecord(with: Array(rows)) == 1)
        #expect(rig.stored?.nextRecord == 2)
    }

    @Test("is no legacy: the next owner's first key has the same number after a reset, and is another")
    func nextOwner() {
        let state = GateTableTests.full().consent.state
        let next = KeyReference(number: Samples.owner.number, fingerprint: 7)
        let rig = ConsentRig(.stored(state), owners: [next])
        #expect(rig.recordable == [])
        #expect(rig.consent.state.grant == nil)
    }

    @Test("is not needed for safety notices: they start once an owner has seen the switch, and can be declined at once")
    func notices() throws {
        let rig = ConsentRig()
        #expect(!rig.consent.mayFetchNotices)
        #expect(rig.ask(.show(language: "en")) == .done)
        #expect(rig.consent.mayFetchNotices)
        rig.ask(.refuse)
        #expect(rig.consent.mayFetchNotices)
        rig.store = .isSilent
        #expect(rig.ask(.setNotices(isOn: false), by: .local(user: 0)) == nil)
        #expect(!rig.consent.mayFetchNotices)
        rig.answerStore(false)
        #expect(!rig.consent.mayFetchNotices)
        rig.store = .works
        rig.handle(.timer(.retry, deadline: try #require(rig.effects.compactMap(\.retryDeadline).last)))
        #expect(rig.stored?.notices == .off)
        // The text shown once more changes no choice; on the lock nothing is turned on.
        rig.ask(.show(language: "en"))
        #expect(!rig.consent.mayFetchNotices)
        #expect(rig.ask(.setNotices(isOn: true), by: .local(user: 0)) == .refused(.notAllowed))
        #expect(rig.ask(.setNotices(isOn: true)) == .done)
        #expect(rig.consent.mayFetchNotices)
        rig.handle(.owners([]))
        #expect(!rig.consent.mayFetchNotices)
        rig.handle(.owners([Samples.owner]))
        rig.handle(.reset(erasing: nil))
        rig.handle(.owners([Samples.other]))
        #expect(!rig.consent.mayFetchNotices)
    }

    @Test("has nothing to say about local erasure: the queue answers when it is durable, though the ledger be dead")
    func localErasure() {
        for rig in [GateTableTests.full(), ConsentRig(.unreadable(startingAt: ConsentEpoch(3)))] {
            for actor in [ConsentActor.key(Samples.owner), .local(user: 0)] {
                rig.effects = []
                #expect(rig.ask(.eraseLocally, by: actor) == nil)
                guard case .eraseQueue(.some)? = rig.effects.first else {
                    Issue.record("nothing is erased")
                    continue
                }
            }
            #expect(rig.ask(.eraseLocally, by: .key(KeyReference(9))) != nil)
        }
    }

    @Test(
        "takes a server's answer for what HTTP says it is",
        arguments: [
            (200, .done), (204, .done), (299, .done), (410, .done), (400, .refused(status: 400)),
            (403, .refused(status: 403)), (404, .refused(status: 404)), (408, .failed), (425, .failed), (429, .failed),
            (300, .failed), (500, .failed), (503, .failed), (0, .failed), (nil, .failed),
        ] as [(UInt16?, ErasureOutcome)])
    func erasureStatus(_ status: UInt16?, _ outcome: ErasureOutcome) {
        #expect(ErasureOutcome(status: status) == outcome)
    }

    @Test("has room for every erasure request that a withdrawal can bring, and for none gives a consent that lacks it")
    func manyErasures() {
        let rig = ConsentRig()
        rig.accept()
        var number: UInt64 = 1_000
        while rig.consent.state.erasures.count < ConsentState.erasureLimit, number < 2_000 {
            let given = rig.ask(
                .give(
                    [.diagnostics, .location],
                    Samples.echo(Samples.policy, Samples.policy.scope(of: [.diagnostics, .location]).purposes),
                    Samples.fresh(number)))
            number += 1
            guard given == .done else { break }
            // The most that one consent can leave behind.
            rig.expose()
            rig.ask(.withdraw([.location], erasingOnServer: true, Samples.fresh(number)))
            number += 1
            rig.expose()
            rig.ask(.withdraw([.diagnostics], erasingOnServer: true, Samples.fresh(number)))
            number += 1
        }
        #expect(rig.give(fresh: number) == .refused(.full))
        #expect(rig.consent.state.erasures.count == ConsentState.erasureLimit)
        #expect(Set(rig.consent.state.erasures.map(\.installID)).count == ConsentState.erasureLimit)
    }

    @Test("survives whatever number a store gives it for a clock", arguments: [Int64.max, .min, -1, 0, 1 << 40])
    func hostileMark(_ mark: Int64) {
        var state = GateTableTests.full().consent.state
        state.dayMark = mark
        let rig = ConsentRig(.stored(state))
        rig.now.unixSeconds = mark
        rig.handle(.clockChanged)
        #expect(rig.recordable == [])
        rig.now.unixSeconds = nil
        rig.handle(.clockChanged)
        #expect(rig.consent.today(at: rig.now).trusted == nil)
    }

    @Test("that is partly withdrawn under a changed policy is left with what was agreed to, whatever the new text says")
    func partlyWithdrawnWhileFrozen() {
        let rig = GateTableTests.full()
        rig.handle(.policy(PolicyContext(manifest: Samples.narrower, details: Samples.details)))
        rig.withdraw([.location])
        let items = rig.consent.state.grant?.scope.lines.map(\.item)
        #expect(
            items == [.deviceModel, .osVersion, .softwareVersion, .installID, .battery, .serviceFailures, .day])
        #expect(rig.ledger.last?.policy == Samples.policy.identity)
        #expect(rig.recordable == [])
    }
}
