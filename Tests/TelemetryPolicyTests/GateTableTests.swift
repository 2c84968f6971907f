import Testing

@testable import TelemetryPolicy

/// Every state of consent × every item × record and send. What is expected is written down by hand: nothing here is computed from the
/// registry.
@Suite("The gate")
struct GateTableTests {
    /// In the table's order.
    static let items: [ItemID] = [
        .deviceModel, .osVersion, .softwareVersion, .installID, .battery, .serviceFailures, .day, .location,
    ]

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        /// R: may be recorded; S: may be sent; B: both; -: neither.
        var expected: String
        var arrange: @Sendable () -> ConsentRig

        init(_ name: String, _ expected: String, _ arrange: @escaping @Sendable () -> ConsentRig) {
            testDescription = name
            self.expected = expected
            self.arrange = arrange
        }
    }

    /// A consent that has come as far as it can: both switches, a location service, an install id that may be known outside.
    static func full(_ switches: Set<ConsentSwitch> = [.diagnostics, .location]) -> ConsentRig {
        let rig = ConsentRig()
        rig.agree(switches)
        rig.ask(.setLocationService(isActive: true))
        rig.expose()
        return rig
    }

    //                                        model, OS, software, install id, battery, failures, day, location
    static let cases: [Case] = [
        Case("before the ledger is read", "- - - - - - - -") {
            let rig = ConsentRig()
            rig.consent = Consent()
            return rig
        },
        Case("unreadable", "- - - - - - - -") { ConsentRig(.unreadable(startingAt: ConsentEpoch(5))) },
        Case("nobody owns the lock", "- - - - - - - -") {
            let rig = full()
            rig.handle(.owners([]))
            return rig
        },
        Case("unknown", "- - - - - - - -") { ConsentRig() },
        Case("requested", "- - - - - - - -") {
            let rig = ConsentRig()
            rig.ask(.show(language: "en"))
            return rig
        },
        Case("policy accepted, nothing agreed to", "- - - - - - - -") {
            let rig = ConsentRig()
            rig.accept()
            return rig
        },
        Case("agreed to, and not durable yet", "- - - - - - - -") {
            let rig = ConsentRig()
            rig.accept()
            rig.store = .isSilent
            rig.give([.diagnostics, .location])
            return rig
        },
        Case("refused", "- - - - - - - -") {
            let rig = ConsentRig()
            rig.ask(.refuse)
            return rig
        },
        Case("diagnostics given, nothing sent yet", "R R R R R R R -") {
            let rig = ConsentRig()
            rig.agree()
            return rig
        },
        Case("diagnostics given", "B B B B B B B -") { full([.diagnostics]) },
        Case("both given", "B B B B B B B B") { full() },
        Case("both given, no location service", "B B B B B B B -") {
            let rig = full()
            rig.ask(.setLocationService(isActive: false))
            return rig
        },
        Case("renewed by the same text", "B B B B B B B B") {
            let rig = full()
            rig.handle(.policy(PolicyContext(manifest: Samples.reworded, details: Samples.details)))
            rig.accept()
            rig.give([.diagnostics, .location], fresh: 2)
            return rig
        },
        Case("renewed under a text without failures", "B B B B B - B B") {
            let rig = full()
            rig.handle(.policy(PolicyContext(manifest: Samples.narrower, details: Samples.details)))
            rig.accept()
            rig.give([.diagnostics, .location], fresh: 2)
            rig.expose()
            return rig
        },
        Case("given by another owner after the first left", "B B B B B B B -") {
            let rig = full()
            rig.handle(.owners([Samples.other]))
            rig.accept(by: Samples.other)
            rig.give([.diagnostics], by: Samples.other, fresh: 2)
            rig.expose()
            return rig
        },
        Case("location withdrawn", "B B B B B B B -") {
            let rig = full()
            rig.withdraw([.location])
            rig.expose()
            return rig
        },
        Case("location withdrawn, nothing sent under the new name", "R R R R R R R -") {
            let rig = full()
            rig.withdraw([.location])
            return rig
        },
        Case("diagnostics withdrawn, which takes location with it", "- - - - - - - -") {
            let rig = full()
            rig.withdraw([.diagnostics])
            return rig
        },
        Case("withdrawn on the lock", "- - - - - - - -") {
            let rig = full()
            rig.withdraw([.diagnostics], by: .local(user: 1_000))
            return rig
        },
        Case("withdrawal asked for, and not durable yet", "- - - - - - - -") {
            let rig = full()
            rig.store = .isSilent
            rig.withdraw()
            return rig
        },
        Case("withdrawal waits behind another change", "- - - - - - - -") {
            let rig = full([.diagnostics])
            rig.store = .isSilent
            rig.accept(by: Samples.other)
            rig.withdraw()
            return rig
        },
        Case("withdrawal that the store refused", "- - - - - - - -") {
            let rig = full()
            rig.store = .fails
            rig.withdraw()
            return rig
        },
        Case("policy changed", "- - - - - - - -") {
            let rig = full()
            rig.handle(.policy(PolicyContext(manifest: Samples.reworded, details: Samples.details)))
            return rig
        },
        Case("policy changed and changed back", "- - - - - - - -") {
            let rig = full()
            rig.handle(.policy(PolicyContext(manifest: Samples.reworded, details: Samples.details)))
            rig.handle(.policy(Samples.context))
            return rig
        },
        Case("policy changed, and the store is silent", "- - - - - - - -") {
            let rig = full()
            rig.store = .isSilent
            rig.handle(.policy(PolicyContext(manifest: Samples.reworded, details: Samples.details)))
            return rig
        },
        Case("policy changed and accepted, nothing agreed to", "- - - - - - - -") {
            let rig = full()
            rig.handle(.policy(PolicyContext(manifest: Samples.reworded, details: Samples.details)))
            rig.accept()
            return rig
        },
        Case("another controller", "- - - - - - - -") {
            let rig = full()
            rig.handle(.policy(PolicyContext(manifest: Samples.policy, details: Samples.otherDetails)))
            return rig
        },
        Case("the contact is missing", "- - - - - - - -") {
            let rig = full()
            rig.handle(.policy(PolicyContext(manifest: Samples.policy, details: Samples.incompleteDetails)))
            return rig
        },
        Case("the contact was missing", "B B B B B B B B") {
            let rig = full()
            rig.handle(.policy(PolicyContext(manifest: Samples.policy, details: Samples.incompleteDetails)))
            rig.handle(.policy(Samples.context))
            return rig
        },
        Case("whoever agreed is no owner any more", "- - - - - - - -") {
            let rig = full()
            rig.handle(.owners([Samples.other]))
            return rig
        },
        Case("whoever agreed is no owner any more, and the store is silent", "- - - - - - - -") {
            let rig = full()
            rig.store = .isSilent
            rig.handle(.owners([Samples.other]))
            return rig
        },
        Case("whoever agreed left and came back", "- - - - - - - -") {
            let rig = full()
            rig.handle(.owners([Samples.other]))
            rig.handle(.owners([Samples.owner, Samples.other]))
            return rig
        },
        Case("another owner left", "B B B B B B B B") {
            let rig = full()
            rig.handle(.owners([Samples.owner]))
            return rig
        },
        Case("reset", "- - - - - - - -") {
            let rig = full()
            rig.handle(.reset(erasing: nil))
            rig.handle(.owners([Samples.owner]))
            return rig
        },
        Case("a server is still to be asked to erase", "R R R R R R R R") {
            let rig = full()
            rig.ask(.eraseOnServer(Samples.fresh(9)))
            rig.expose()
            return rig
        },
        Case("a server has erased what it was asked to", "B B B B B B B B") {
            let rig = full()
            rig.ask(.eraseOnServer(Samples.fresh(9)))
            rig.expose()
            rig.handle(.erasureReported(Samples.fresh(9).erasureID, .done))
            return rig
        },
        Case("a server has refused to erase, which waits for people", "B B B B B B B B") {
            let rig = full()
            rig.ask(.eraseOnServer(Samples.fresh(9)))
            rig.expose()
            rig.handle(.erasureReported(Samples.fresh(9).erasureID, .refused(status: 404)))
            return rig
        },
        Case("purged after nobody agreed to a changed policy", "- - - - - - - -") {
            let rig = full()
            rig.handle(.policy(PolicyContext(manifest: Samples.reworded, details: Samples.details)))
            rig.pass(days: 30)
            rig.handle(.clockChanged)
            return rig
        },
        Case("withdrawn, and given again", "R R R R R R R -") {
            let rig = full()
            rig.withdraw([.diagnostics])
            rig.give(fresh: 3)
            return rig
        },
        Case("safety notices declined", "B B B B B B B B") {
            let rig = full()
            rig.ask(.setNotices(isOn: false))
            return rig
        },
        Case("the server's copy erased, nothing sent under the new name", "R R R R R R R R") {
            let rig = full()
            rig.ask(.eraseOnServer(Samples.fresh(9)))
            return rig
        },
        Case("nobody vouches for the clock", "- - - - - - - -") {
            let rig = full()
            rig.now.isTrusted = false
            return rig
        },
        Case("there is no clock", "- - - - - - - -") {
            let rig = full()
            rig.now.unixSeconds = nil
            return rig
        },
        Case("the clock is vouched for and says 1970", "- - - - - - - -") {
            let rig = full()
            rig.now.unixSeconds = 1_000
            return rig
        },
        Case("on the items' last day", "B B B B B B B B") {
            let rig = full()
            rig.now.unixSeconds = 1_861_919_999
            return rig
        },
        Case("a second after the items' last day", "- - - - - - - -") {
            let rig = full()
            rig.now.unixSeconds = 1_861_920_000
            return rig
        },
        Case("after a boot", "B B B B B B B B") {
            let before = full()
            return ConsentRig(.stored(before.consent.state))
        },
    ]

    @Test("lets through what the table says and nothing else", arguments: cases)
    func table(_ row: Case) {
        let rig = row.arrange()
        let expected = row.expected.split(separator: " ").map(String.init)
        #expect(expected.count == ItemID.allCases.count)
        for (item, expected) in zip(Self.items, expected) {
            let (records, sends) = (rig.mayRecord(item), rig.maySend(item))
            let found = records && sends ? "B" : records ? "R" : sends ? "S" : "-"
            #expect(found == expected, "\(item.rawValue)")
        }
    }

    @Test("has every item in its table")
    func complete() { #expect(Set(Self.items) == Set(ItemID.allCases)) }

    @Test("says no when the 18-or-over statement is missing, whatever else is stored")
    func minor() {
        var state = Self.full().consent.state
        for index in state.acceptances.indices { state.acceptances[index].isAdult = false }
        #expect(ConsentRig(.stored(state)).recordable == [])
        state.acceptances = []
        #expect(ConsentRig(.stored(state)).recordable == [])
    }

    @Test("says no to a status that is not valid, whatever else is stored", arguments: ConsentStatus.allCases)
    func status(_ status: ConsentStatus) {
        var state = Self.full().consent.state
        state.statuses = SwitchStatuses(diagnostics: status, location: status)
        #expect(ConsentRig(.stored(state)).recordable.isEmpty == ![.given, .renewed].contains(status))
    }

    @Test("says no to a purpose that was not agreed to")
    func purpose() {
        var state = Self.full().consent.state
        let scope = state.grant?.scope.lines.map {
            ScopeLine(item: $0.item, purposes: $0.purposes.subtracting([.support]), retention: $0.retention)
        }
        state.grant?.scope = ConsentScope(lines: scope ?? [])
        #expect(ConsentRig(.stored(state)).recordable == [])
    }
}
