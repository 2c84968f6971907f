/// A queue as a store gives it back. A store's bytes are not trusted: ``TelemetryQueue/init(_:)`` takes what can be true.
package struct StoredQueue: Hashable, Sendable {
    /// In their order.
    package var rows: [Row] = []
    /// Oldest first.
    package var batches: [Batch] = []
    package var counters = QueueCounters()
    package var memory: [DatedValue] = []
    package var epoch: ConsentEpoch?
    package var nextSequence: UInt64 = 1
    package var batchRows = QueueLimits.batchRows

    package init() {}

    /// Everything but what can only be added up.
    var isPossible: Bool {
        guard rows.count <= QueueLimits.rows, memory.count <= ItemID.allCases.count,
            (1...QueueLimits.batchRows).contains(batchRows),
            rows.allSatisfy({ $0.epoch == epoch }), batches.allSatisfy({ $0.epoch == epoch }),
            zip(rows, rows.dropFirst()).allSatisfy({ $0.sequence < $1.sequence }),
            rows.last.map({ $0.sequence < nextSequence }) ?? true,
            epoch != nil || memory.isEmpty
        else { return false }
        let sequences = batches.flatMap(\.sequences)
        let bound = Set(sequences)
        return bound.count == sequences.count && bound.isSubset(of: Set(rows.map(\.sequence)))
            && batches.allSatisfy { !$0.sequences.isEmpty && $0.bytes.count <= QueueLimits.batchBytes }
            && Set(batches.map(\.id)).count == batches.count && batches.count(where: \.isOpen) <= 1
    }
}

extension Batch {
    /// One that was stored.
    package init(
        stored id: BatchID, epoch: ConsentEpoch, items: Set<ItemID>, sequences: [UInt64], bytes: [UInt8], stage: Stage,
        wasBegun: Bool
    ) {
        self.init(
            id: id, epoch: epoch, items: items, sequences: sequences, bytes: bytes, stage: stage, wasBegun: wasBegun)
    }
}
