internal import TelemetryPolicy

/// The queue's values as columns, and back. What is read is not trusted: whatever this program would not have written throws.
enum TelemetryCoding {
    struct RawRow {
        let sequence, epoch, day: Int64
        let item, value: String

        init(_ row: borrowing Statement) {
            (sequence, epoch, item, value) = (row.integer(0), row.integer(1), row.text(2), row.text(3))
            day = row.integer(4)
        }
    }

    struct RawBatch {
        let place, epoch: Int64
        let id, sequences, bytes: [UInt8]
        let items, stage: String
        let wasBegun: Bool

        init(_ row: borrowing Statement) {
            (place, id, epoch, items) = (row.integer(0), row.bytes(1), row.integer(2), row.text(3))
            (sequences, bytes, stage, wasBegun) = (row.bytes(4), row.bytes(5), row.text(6), row.integer(7) == 1)
        }
    }

    struct RawMemory {
        let item, value: String
        let day: Int64

        init(_ row: borrowing Statement) { (item, value, day) = (row.text(0), row.text(1), row.integer(2)) }
    }

    // MARK: Records

    static func rows(_ raw: [RawRow]) throws(ByteReader.Failure) -> [Row] {
        var rows: [Row] = []
        for row in raw {
            let dated = try dated(row.item, row.value, row.day)
            guard let sequence = UInt64(exactly: row.sequence) else {
                throw ByteReader.Failure(words: "a record's number is \(row.sequence)")
            }
            let epoch = ConsentEpoch(UInt64(bitPattern: row.epoch))
            rows.append(Row(sequence: sequence, epoch: epoch, value: dated.value, day: dated.day))
        }
        return rows
    }

    static func memory(_ raw: [RawMemory]) throws(ByteReader.Failure) -> [DatedValue] {
        var values: [DatedValue] = []
        for entry in raw { values.append(try dated(entry.item, entry.value, entry.day)) }
        return values
    }

    private static func dated(
        _ item: String, _ text: String, _ number: Int64
    ) throws(ByteReader.Failure) -> DatedValue {
        guard let item = ItemID(rawValue: item), let value = ItemValue(item, text: text) else {
            throw ByteReader.Failure(words: "a record holds what no record can")
        }
        guard let number = Int32(exactly: number), let day = Day(number: number) else {
            throw ByteReader.Failure(words: "a record's day is no day")
        }
        return DatedValue(value, on: day)
    }

    // MARK: Batches

    static func batches(_ raw: [RawBatch]) throws(ByteReader.Failure) -> [Batch] {
        var batches: [Batch] = []
        for batch in raw {
            guard let id = RandomID(bytes: batch.id), let stage = stage(batch.stage) else {
                throw ByteReader.Failure(words: "a batch that is none")
            }
            var items: Set<ItemID> = []
            for word in batch.items.split(separator: " ", omittingEmptySubsequences: false) {
                guard let item = ItemID(rawValue: String(word)) else {
                    throw ByteReader.Failure(words: "a batch of items that are none")
                }
                items.insert(item)
            }
            var reader = ByteReader(batch.sequences)
            let sequences = try reader.list(atMost: QueueLimits.batchRows) { reader throws(ByteReader.Failure) in
                try reader.integer(UInt64.self)
            }
            guard reader.isAtEnd else { throw ByteReader.Failure(words: "a batch goes on behind its end") }
            batches.append(
                Batch(
                    stored: BatchID(id), epoch: ConsentEpoch(UInt64(bitPattern: batch.epoch)), items: items,
                    sequences: sequences, bytes: batch.bytes, stage: stage, wasBegun: batch.wasBegun))
        }
        return batches
    }

    static func items(_ items: Set<ItemID>) -> String { items.map(\.rawValue).sorted().joined(separator: " ") }

    static func sequences(_ sequences: [UInt64]) -> [UInt8] {
        var writer = ByteWriter()
        writer.list(sequences) { $0.integer($1) }
        return writer.bytes
    }

    /// Who has it in hand is not stored: after a start nobody has.
    static func word(_ stage: Batch.Stage) -> String {
        switch stage {
        case .waiting, .leased, .begun: "open"
        case .parked: "parked"
        case .quarantined: "quarantined"
        }
    }

    private static func stage(_ word: String) -> Batch.Stage? {
        switch word {
        case "open": .waiting
        case "parked": .parked
        case "quarantined": .quarantined
        default: nil
        }
    }

    // MARK: Numbers

    /// Everything that is counted, and where the queue goes on.
    static func numbers(of queue: TelemetryQueue) -> [String: Int64] {
        var numbers: [String: Int64] = [:]
        for (name, number) in pairs(of: queue.counters) where number > 0 { numbers[name] = Int64(clamping: number) }
        numbers["next"] = Int64(clamping: queue.nextSequence)
        numbers["batch-rows"] = Int64(queue.batchRows)
        // Random 64 bits: 0 would be no epoch.
        if let epoch = queue.epoch { numbers["epoch"] = Int64(bitPattern: epoch.rawValue) }
        return numbers
    }

    static func apply(_ numbers: [String: Int64], to queue: inout StoredQueue) throws(ByteReader.Failure) {
        queue.epoch = numbers["epoch"].map { ConsentEpoch(UInt64(bitPattern: $0)) }
        func count(_ name: String) throws(ByteReader.Failure) -> UInt64 {
            guard let number = UInt64(exactly: numbers[name] ?? 0) else {
                throw ByteReader.Failure(words: "the counter \(name) is negative")
            }
            return number
        }
        queue.counters.recorded = try count(recorded)
        queue.counters.acknowledged = try count(acknowledged)
        queue.counters.expired = try count(expired)
        queue.counters.erased = try count(erased)
        for reason in DropReason.allCases {
            let number = try count(dropped + reason.rawValue)
            queue.counters.dropped[reason] = number == 0 ? nil : number
        }
        queue.nextSequence = max(1, try count("next"))
        queue.batchRows = numbers["batch-rows"].map { Int(clamping: $0) } ?? QueueLimits.batchRows
    }

    private static let recorded = "recorded"
    private static let acknowledged = "acknowledged"
    private static let expired = "expired"
    private static let erased = "erased"
    private static let dropped = "dropped-"

    private static func pairs(of counters: QueueCounters) -> [(String, UInt64)] {
        [
            (recorded, counters.recorded), (acknowledged, counters.acknowledged), (expired, counters.expired),
            (erased, counters.erased),
        ] + DropReason.allCases.map { (dropped + $0.rawValue, counters.dropped[$0] ?? 0) }
    }
}
