import FoundationEssentials
import LockClient
import LockProtocol
import Storage
import SwiftProtobuf
import TelemetryPolicy
import Testing

/// A phone's part in the chain, against locks that lie in every way.
@Suite struct ChainWitnessTests {
    private static let zeros = [UInt8](repeating: 0, count: 32)

    /// A chain of so many links, whose entries are told apart by a salt.
    private static func links(_ count: Int, salt: UInt8 = 1) -> [AuditLink] {
        var links: [AuditLink] = []
        for number in 0..<count {
            let link = AuditLink(
                number: UInt64(number) + 1, after: links.last?.hash, payload: [UInt8(number)],
                salt: [UInt8](repeating: salt, count: 16), hashedBy: AuditChaining.hash)
            links.append(link)
        }
        return links
    }

    private static func wire(_ checkpoint: AuditCheckpoint) -> WireCheckpoint {
        .with {
            $0.number = checkpoint.number
            $0.hash = Data(checkpoint.hash)
        }
    }

    /// What a lock with that chain answers.
    private static func answer(_ links: [AuditLink], since: Int, limit: Int = 3, anchor: Int = 0) -> WireChain {
        func checkpoint(_ number: Int) -> WireCheckpoint {
            number == 0
                ? wire(AuditCheckpoint(number: 0, hash: zeros)) : wire(AuditCheckpoint(links[number - 1]))
        }
        let begin = min(max(since, anchor), links.count)
        let end = min(begin + limit, links.count)
        return .with {
            $0.before = checkpoint(begin)
            $0.payloadHashes = Data(links[begin..<end].flatMap(\.payloadHash))
            $0.end = checkpoint(end)
            $0.last = UInt64(links.count)
        }
    }

    private static func look(
        _ links: [AuditLink], kept: AuditCheckpoint?, anchor: Int = 0, change: (inout WireChain) -> Void = { _ in }
    ) -> (ChainWitness.Finding, AuditCheckpoint?) {
        var witness = ChainWitness(kept: kept)
        while true {
            var chain = answer(links, since: Int(clamping: witness.since), anchor: anchor)
            change(&chain)
            if let finding = witness.take(chain) { return (finding, witness.newest) }
        }
    }

    @Test func `it begins, continues, and starts anew behind what is gone`() {
        let links = Self.links(10)
        let all = AuditCheckpoint(links[9])
        #expect(Self.look([], kept: nil) == (.begun, AuditCheckpoint(number: 0, hash: Self.zeros)))
        #expect(Self.look(links, kept: nil) == (.begun, all))
        #expect(Self.look(links, kept: nil, anchor: 4) == (.begun, all))
        for (index, link) in links.enumerated() {
            #expect(Self.look(links, kept: AuditCheckpoint(link)) == (.continues(UInt64(9 - index)), all))
        }
        #expect(Self.look(links, kept: AuditCheckpoint(links[1]), anchor: 4) == (.gone(before: 5), all))
        #expect(Self.look(links, kept: AuditCheckpoint(links[3]), anchor: 4) == (.continues(6), all))
    }

    @Test func `another chain, a shorter one and one that was rewritten are told apart`() {
        let (links, other) = (Self.links(10), Self.links(10, salt: 2))
        let kept = AuditCheckpoint(links[6])
        #expect(Self.look(other, kept: kept).0 == .contradicts)
        #expect(Self.look(Array(links[..<5]), kept: kept).0 == .ends(at: 5))
        #expect(Self.look([], kept: kept).0 == .ends(at: 0))
        // A lock that shows the phone its own hash and goes on with another chain than its own.
        #expect(
            Self.look(other, kept: kept) { if $0.before.number == 7 { $0.before = Self.wire(kept) } }.0
                == .broken(after: 7))
    }

    @Test func `a link that is missing, changed, exchanged or put in is found behind the page's beginning`() {
        let links = Self.links(10)
        let kept = AuditCheckpoint(links[1])
        func change(_ body: (inout [UInt8]) -> Void) -> ChainWitness.Finding {
            Self.look(links, kept: kept) {
                guard $0.before.number == 5 else { return }
                var hashes = Array($0.payloadHashes)
                body(&hashes)
                $0.payloadHashes = Data(hashes)
            }.0
        }
        #expect(change { _ in } == .continues(8))
        #expect(change { $0.removeFirst(32) } == .broken(after: 5))
        #expect(change { $0[40] ^= 1 } == .broken(after: 5))
        #expect(change { $0 += $0[..<32] } == .broken(after: 5))
        #expect(change { $0 = Array($0[32..<64] + $0[..<32] + $0[64...]) } == .broken(after: 5))
        #expect(Self.look(links, kept: kept) { $0.end.hash[3] ^= 1 }.0 == .broken(after: 2))
        // The next page begins with something else than the last one ended with.
        #expect(
            Self.look(links, kept: kept) { if $0.before.number == 5 { $0.before.hash[0] ^= 1 } }.0 == .broken(after: 5))
    }

    @Test func `what makes no sense is said to be that, and nothing goes on for ever`() {
        let links = Self.links(10)
        let kept = AuditCheckpoint(links[1])
        func isNonsense(_ kept: AuditCheckpoint?, _ change: (inout WireChain) -> Void) -> Bool {
            if case .nonsense = Self.look(links, kept: kept, change: change).0 { true } else { false }
        }
        #expect(isNonsense(kept) { $0.payloadHashes.removeLast() })
        #expect(isNonsense(kept) { $0.end.hash.removeLast() })
        #expect(isNonsense(kept) { $0.clearBefore() })
        #expect(isNonsense(nil) { if $0.before.number == 0 { $0.before.hash[0] = 1 } })
        #expect(
            Self.look(links, kept: kept) {
                $0.payloadHashes = Data(); $0.end = $0.before
            }.0 == .broken(after: 2))
        // A lock that has one more link for ever.
        var witness = ChainWitness(kept: nil)
        var here = AuditCheckpoint(number: 0, hash: Self.zeros)
        var answers = 0
        var finding: ChainWitness.Finding?
        while finding == nil, answers <= ChainWitness.pageLimit {
            let hash = AuditLink.hash(
                after: here.hash, number: here.number + 1, payloadHash: Self.zeros, hashedBy: AuditChaining.hash)
            let next = AuditCheckpoint(number: here.number + 1, hash: hash)
            let chain = WireChain.with {
                $0.before = Self.wire(here)
                $0.payloadHashes = Data(Self.zeros)
                $0.end = Self.wire(next)
                $0.last = .max
            }
            finding = witness.take(chain)
            answers += 1
            here = next
        }
        #expect(finding == .nonsense("it has no end"))
        #expect(answers == ChainWitness.pageLimit + 1)
    }
}
