import Testing

@testable import BlueZ

@Suite struct CentralTableTests {
    private let second: Int64 = 1_000_000_000

    private func table(slots: Int = 2) -> CentralTable {
        CentralTable(slots: slots, authenticationLimit: 10 * second, grace: 3 * second)
    }

    @Test func `whoever does not authenticate is overdue after the limit, and nobody else`() {
        var table = table()
        #expect(table.connected("a", at: 0) == .admitted)
        #expect(table.connected("b", at: second) == .admitted)
        table.authenticated("a")
        #expect(table.deadline == 11 * second)
        #expect(table.overdue(at: 11 * second - 1) == [])
        #expect(table.overdue(at: 11 * second) == ["b"])
        table.leave("b")
        #expect(table.overdue(at: 12 * second) == [])
        #expect(table.deadline == nil)
    }

    @Test func `each has an answer characteristic of its own for as long as it is connected`() {
        var table = table(slots: 4)
        for path in ["a", "b", "c"] { _ = table.connected(path, at: 0) }
        #expect(["a", "b", "c"].map { table[$0]?.index } == [0, 1, 2])
        table.leave("b")
        _ = table.connected("d", at: 0)
        #expect(table["d"]?.index == 3)
        _ = table.disconnected("b")
        _ = table.connected("e", at: 0)
        #expect(table["e"]?.index == 1)
        for number in 0..<ServiceIdentity.answers { _ = table.connected("more \(number)", at: 0) }
        #expect(table["more \(ServiceIdentity.answers - 1)"]?.index == nil)
    }

    @Test func `connecting twice is connecting once`() {
        var table = table()
        #expect(table.connected("a", at: 0) == .admitted)
        #expect(table.connected("a", at: 5 * second) == .admitted)
        #expect(table.deadline == 10 * second)
    }

    @Test func `a newcomer takes the place of the one that has been silent longest`() {
        var table = table()
        _ = table.connected("a", at: 0)
        _ = table.connected("b", at: second)
        #expect(table.connected("c", at: 2 * second) == .refused)
        _ = table.disconnected("c")
        #expect(table.connected("c", at: 3 * second) == .admittedInstead(of: "a"))
        // One that leaves takes no slot: it takes a while to go.
        #expect(table.staying == 2)
    }

    @Test func `nobody authenticated gives way`() {
        var table = table()
        for path in ["a", "b"] {
            _ = table.connected(path, at: 0)
            table.authenticated(path)
        }
        #expect(table.connected("c", at: 100 * second) == .refused)
        #expect(!table.hasFreeSlot)
    }

    @Test func `links belong to one central, are bounded, and end with it`() {
        var table = table()
        #expect(table.opened(LinkID(number: 1), by: "a") == false)
        _ = table.connected("a", at: 0)
        for number in 1...UInt64(PeripheralConfiguration.linksPerCentral) {
            #expect(table.opened(LinkID(number: number), by: "a") == true)
        }
        #expect(table.opened(LinkID(number: 9), by: "a") == false)
        table.closed(LinkID(number: 2), of: "a")
        #expect(table.disconnected("a") == [LinkID(number: 1), LinkID(number: 3)])
    }

    @Test func `whoever is told to go opens nothing more`() {
        var table = table()
        _ = table.connected("a", at: 0)
        table.leave("a")
        #expect(table.opened(LinkID(number: 1), by: "a") == false)
    }
}
