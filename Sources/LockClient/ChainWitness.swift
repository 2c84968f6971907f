internal import Crypto
internal import FoundationEssentials
package import LockProtocol
package import TelemetryPolicy

/// A phone's part in the chain over a lock's log: it keeps a checkpoint, and sees whether the log still continues it. Pure.
///
/// ```
/// var witness = ChainWitness(kept: what the phone has kept)
/// repeat { ask ReadChain { since: witness.since } } until witness.take(its answer) is not nil
/// ```
package struct ChainWitness: Sendable {
    package enum Finding: Hashable, Sendable {
        /// The phone had kept nothing: it vouches for the log from now on.
        case begun
        /// The log continues what the phone has kept, by so many entries.
        case continues(UInt64)
        /// What the phone has kept is of an entry that is gone, as all go some time; nothing can be said of the log before this number.
        case gone(before: UInt64)
        /// The lock has another hash for the entry that the phone has kept: it, or one before it, was another.
        case contradicts
        /// The log ends here, before the entry that the phone has kept.
        case ends(at: UInt64)
        /// The links behind this number do not make the hash that the lock has of the last of them.
        case broken(after: UInt64)
        /// The lock's answer makes no sense, in words.
        case nonsense(String)

        /// Whether what the phone has kept is to be replaced by ``ChainWitness/newest``.
        package var isSound: Bool {
            switch self {
            case .begun, .continues, .gone: true
            case .contradicts, .ends, .broken, .nonsense: false
            }
        }
    }

    /// What the phone has kept; nil: nothing yet.
    package let kept: AuditCheckpoint?
    /// How far the phone has computed the chain by itself.
    package private(set) var newest: AuditCheckpoint?
    private var goneBefore: UInt64?
    private var pages = 0

    /// Answers that one look may take: ten times a full log's. A lock that goes on and on is not listened to for ever.
    package static let pageLimit = 1_000

    package init(kept: AuditCheckpoint?) { self.kept = kept }

    /// Where the next answer is to begin.
    package var since: UInt64 { newest?.number ?? kept?.number ?? 0 }

    /// Takes an answer; nil: there is more to ask for.
    package mutating func take(_ chain: WireChain) -> Finding? {
        pages += 1
        guard pages <= Self.pageLimit else { return .nonsense("it has no end") }
        guard let before = Self.checkpoint(chain.before), let end = Self.checkpoint(chain.end) else {
            return .nonsense("a hash has not \(AuditLink.hashBytes) bytes")
        }
        if let finding = begin(before) { return finding }
        guard var here = newest, before == here else { return .broken(after: since) }
        let hashes = Array(chain.payloadHashes)
        guard hashes.count % AuditLink.hashBytes == 0 else { return .nonsense("a link is cut off") }
        for start in stride(from: 0, to: hashes.count, by: AuditLink.hashBytes) {
            guard here.number < .max else { return .nonsense("its numbers are used up") }
            let payloadHash = Array(hashes[start..<start + AuditLink.hashBytes])
            let hash = AuditLink.hash(after: here.hash, number: here.number + 1, payloadHash: payloadHash) {
                Array(SHA256.hash(data: $0))
            }
            here = AuditCheckpoint(number: here.number + 1, hash: hash)
        }
        guard here == end else { return .broken(after: before.number) }
        newest = here
        if here.number < chain.last {
            // There are links behind it, and none was told.
            return hashes.isEmpty ? .broken(after: here.number) : nil
        }
        if let goneBefore { return .gone(before: goneBefore) }
        return kept.map { .continues(here.number - $0.number) } ?? .begun
    }

    /// The first answer: what the lock has of the entry that the phone has kept.
    private mutating func begin(_ before: AuditCheckpoint) -> Finding? {
        guard newest == nil else { return nil }
        if let kept {
            if before.number < kept.number { return .ends(at: before.number) }
            if before.number == kept.number, before != kept { return .contradicts }
            if before.number > kept.number { goneBefore = before.number &+ 1 }
        } else if before.number == 0, before.hash.contains(where: { $0 != 0 }) {
            return .nonsense("the log begins with something else than zeros")
        }
        newest = before
        return nil
    }

    private static func checkpoint(_ wire: WireCheckpoint) -> AuditCheckpoint? {
        guard wire.hash.count == AuditLink.hashBytes else { return nil }
        return AuditCheckpoint(number: wire.number, hash: Array(wire.hash))
    }
}

extension WireBringCheckpoint {
    package init(_ checkpoint: AuditCheckpoint) {
        self.init()
        self.checkpoint.number = checkpoint.number
        self.checkpoint.hash = Data(checkpoint.hash)
    }
}
