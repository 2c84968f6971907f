import Testing

@testable import BlueZ

@Suite struct CentralTableTests {
    private let second: Int64 = 1_000_000_000

    private func table(slots: Int = 2) -> CentralTable {
        CentralTable(
            slots: slots,
            limits: CentralTable.Limits(
                authentication: 10 * second, silent: 2 * second, speaking: 3 * second, lastWords: second,
                disconnection: 5 * second))
    }

    @Test func `whoever does not authenticate is due after the limit, and nobody else`() {
        var table = table(slots: 3)
        table.connected("a", at: 0)
        table.connected("b", at: second)
        table.authenticate("a")
        #expect(table.deadline == 11 * second)
        #expect(table.due(at: 11 * second - 1) == [])
        #expect(table.due(at: 11 * second) == ["b"])
        #expect(table.due(at: 12 * second) == [])
    }

    @Test func `who has lost what they had to show has as long as whoever comes, whatever else they have open`() {
        var table = table(slots: 3)
        table.connected("a", at: 0)
        _ = table.opened(LinkID(number: 1), by: "a")
        table.authenticated(LinkID(number: 1), of: "a")
        _ = table.opened(LinkID(number: 2), by: "a")
        #expect(table.deadline == nil)
        // Its key was revoked, or another link has taken its place.
        table.closed(LinkID(number: 1), of: "a", at: 60 * second)
        #expect(table.deadline == 70 * second)
        #expect(table.due(at: 70 * second - 1) == [])
        #expect(table.due(at: 70 * second) == ["a"])
    }

    @Test func `what is open beside an authenticated link does not end with another one`() {
        var table = table(slots: 3)
        table.connected("a", at: 0)
        for number in 1...2 as ClosedRange<UInt64> {
            _ = table.opened(LinkID(number: number), by: "a")
            table.authenticated(LinkID(number: number), of: "a")
        }
        table.closed(LinkID(number: 1), of: "a", at: 60 * second)
        #expect(table.deadline == nil)
        table.authenticated(LinkID(number: 9), of: "a")
        table.closed(LinkID(number: 2), of: "a", at: 61 * second)
        #expect(table.deadline == 71 * second, "a link that it never had counts for nothing")
    }

    @Test func `whoever has not gone is disconnected again`() {
        var table = table(slots: 3)
        table.connected("a", at: 0)
        #expect(table.due(at: 10 * second) == ["a"])
        #expect(table.deadline == 15 * second)
        #expect(table.due(at: 15 * second) == ["a"])
        // A bluetoothd that does nothing is told less and less often.
        #expect(table.deadline == 25 * second)
        #expect(table.due(at: 25 * second) == ["a"])
        #expect(table.deadline == 45 * second)
        for _ in 0..<10 { _ = table.due(at: table.deadline ?? 0) }
        let last = table.deadline ?? 0
        _ = table.due(at: last)
        #expect(table.deadline == last + 320 * second)
        _ = table.disconnected("a")
        #expect(table.deadline == nil)
    }

    @Test func `each has an answer characteristic of its own for as long as it is connected`() {
        var table = table(slots: 4)
        for path in ["a", "b", "c"] { table.connected(path, at: 0) }
        #expect(["a", "b", "c"].map { table[$0]?.index } == [0, 1, 2])
        table.leave("b", isOwedWords: false, at: 0)
        table.connected("d", at: 0)
        #expect(table["d"]?.index == 3)
        _ = table.disconnected("b")
        table.connected("e", at: 0)
        #expect(table["e"]?.index == 1)
        for number in 0..<ServiceIdentity.answers { table.connected("more \(number)", at: 0) }
        #expect(table["more \(ServiceIdentity.answers - 1)"]?.index == nil)
    }

    @Test func `connecting twice is connecting once`() {
        var table = table(slots: 3)
        table.connected("a", at: 0)
        table.connected("a", at: 5 * second)
        #expect(table.deadline == 10 * second)
    }

    // MARK: Little room

    @Test func `one place is kept free, by whoever has been silent longest, as soon as its time is over`() {
        var table = table(slots: 3)
        for (path, at) in [("a", 0), ("b", second), ("c", second + 1)] as [(String, Int64)] {
            table.connected(path, at: at)
        }
        // Nobody else has come yet, and still nobody keeps a place for ten seconds.
        #expect(table.due(at: second + 1) == [])
        #expect(table.deadline == 2 * second)
        #expect(table.due(at: 2 * second) == ["a"])
        #expect(table.hasFreeSlot)
        _ = table.disconnected("a")
        // With room, the others have their ten seconds.
        #expect(table.due(at: 9 * second) == [])
        table.connected("d", at: 9 * second)
        #expect(table.due(at: 9 * second) == ["b"])
    }

    @Test func `whoever says nothing goes before whoever is in the middle of a handshake`() {
        var table = table(slots: 3)
        table.connected("handshake", at: 0)
        table.heard("handshake")
        table.connected("silent", at: second)
        table.connected("other", at: 2 * second)
        #expect(table.due(at: 2 * second) == [])
        // Both have had their time, and the one that speaks has been there longer.
        #expect(table.due(at: 3 * second) == ["silent"])
        #expect(table["handshake"]?.stays == true)
    }

    @Test func `a handshake is not cut off for whoever comes in its first seconds`() {
        var table = table(slots: 2)
        for path in ["a", "b"] {
            table.connected(path, at: 0)
            table.heard(path)
        }
        for number in 0..<20 {
            let now = Int64(number) * second / 10
            table.connected("stranger \(number)", at: now)
            // One too many: whoever came last goes, at once.
            #expect(table.due(at: now) == ["stranger \(number)"])
            _ = table.disconnected("stranger \(number)")
        }
        #expect(table["a"]?.stays == true && table["b"]?.stays == true)
        #expect(table.due(at: 3 * second) == ["a"])
    }

    @Test func `nobody authenticated gives way, and nobody is waited for in vain`() {
        var table = table()
        for path in ["a", "b"] {
            table.connected(path, at: 0)
            table.authenticate(path)
        }
        #expect(table.due(at: 100 * second) == [])
        #expect(table.deadline == nil)
        #expect(!table.hasFreeSlot)
        table.connected("c", at: 100 * second)
        #expect(table.due(at: 100 * second) == ["c"])
    }

    @Test func `last words have their time, unless somebody needs the connection`() {
        var table = table(slots: 2)
        table.connected("a", at: 0)
        table.leave("a", isOwedWords: true, at: 0)
        #expect(table.due(at: 0) == [])
        #expect(table.deadline == second)
        // It takes no place of those who stay.
        table.connected("b", at: 0)
        #expect(table.hasFreeSlot && table.due(at: 0) == [])
        // But it has a connection of the controller's.
        #expect(!table.mayInvite)
        table.connected("c", at: 1)
        #expect(table.due(at: 1) == ["a"])
        table.leave("c", isOwedWords: false, at: 2)
        #expect(table.due(at: 2) == ["c"])
    }

    @Test func `strangers that say nothing hold no place longer than their grace, however many come`() {
        var table = table(slots: 4)
        table.connected("owner", at: 0)
        table.authenticate("owner")
        var came: [String: Int64] = [:]
        var longest: Int64 = 0
        // Twenty a second for two minutes, and bluetoothd takes a tenth of a second for each.
        for number in 0..<2400 {
            let now = Int64(number) * second / 20
            for (path, central) in table.centrals {
                guard case .told(let again, let wait) = central.leaving else { continue }
                let told = again - wait
                guard now >= told + second / 10 else { continue }
                longest = max(longest, now - (came[path] ?? now))
                _ = table.disconnected(path)
            }
            // A controller that has no connection left takes nobody.
            if table.centrals.count < 8 {
                came["\(number)"] = now
                table.connected("\(number)", at: now)
            }
            _ = table.due(at: now)
            #expect(table.staying <= 4)
        }
        #expect(table["owner"]?.stays == true)
        #expect(longest <= 2 * second + second / 5)
    }

    // MARK: Links

    @Test func `links belong to one central, are bounded, and end with it`() {
        var table = table()
        #expect(table.opened(LinkID(number: 1), by: "a") == false)
        table.connected("a", at: 0)
        for number in 1...UInt64(PeripheralConfiguration.linksPerCentral) {
            #expect(table.opened(LinkID(number: number), by: "a") == true)
        }
        #expect(table.opened(LinkID(number: 9), by: "a") == false)
        table.closed(LinkID(number: 2), of: "a", at: 0)
        #expect(table.disconnected("a") == [LinkID(number: 1), LinkID(number: 3)])
    }

    @Test
    func `a connection is good for one try, whatever other links it has, and for more once it has shown something`() {
        var table = table()
        table.connected("a", at: 0)
        let (first, second, third) = (LinkID(number: 1), LinkID(number: 2), LinkID(number: 3))
        for link in [first, second] { _ = table.opened(link, by: "a") }
        #expect(table.isDone(without: first, of: "a"))
        table.authenticated(second, of: "a")
        #expect(!table.isDone(without: first, of: "a"))
        // One that was authenticated is replaced by another, which has its own time to show something.
        _ = table.opened(third, by: "a")
        #expect(!table.isDone(without: second, of: "a"))
        table.closed(second, of: "a", at: 0)
        table.closed(first, of: "a", at: 0)
        #expect(table.isDone(without: third, of: "a"))
        #expect(!table.isDone(without: third, of: "b"), "nobody is there")
    }

    @Test func `whoever is told to go opens nothing more`() {
        var table = table()
        table.connected("a", at: 0)
        table.leave("a", isOwedWords: true, at: 0)
        #expect(table.opened(LinkID(number: 1), by: "a") == false)
    }
}

extension CentralTable {
    /// Opens a link and authenticates over it.
    fileprivate mutating func authenticate(_ path: String) {
        let link = LinkID(number: 1_000_000 + UInt64(centrals.count))
        _ = opened(link, by: path)
        authenticated(link, of: path)
    }
}
