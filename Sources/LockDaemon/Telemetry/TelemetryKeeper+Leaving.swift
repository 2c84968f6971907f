internal import LockCore
internal import Storage
internal import TelemetryPolicy

// What leaves the lock, and what its owner is shown of it.
extension TelemetryKeeper {
    func export(at now: Instant) -> Result<[UInt8], TelemetryRefusal> {
        guard let ledger else { return .failure(TelemetryRefusal("the ledger of consent cannot be read")) }
        do throws(StoreError) {
            let history = try ledger.history()
            return .success(
                TelemetryExport(consent, history: history, queue: queue, noted: coalescer.pending, at: moment(now))
                    .bytes)
        } catch {
            return .failure(TelemetryRefusal(error.description))
        }
    }

    func receipt(_ number: UInt64?) -> Result<[UInt8], TelemetryRefusal> {
        guard let ledger else { return .failure(TelemetryRefusal("the ledger of consent cannot be read")) }
        do throws(StoreError) {
            let history = try ledger.history()
            guard let number else {
                return history.last.map { .success(ConsentReceipt.bytes(of: $0)) }
                    ?? .failure(TelemetryRefusal("nobody has decided anything yet"))
            }
            guard let record = history.first(where: { $0.number == number }) else {
                return .failure(TelemetryRefusal("there is no record \(number)"))
            }
            return .success(ConsentReceipt.bytes(of: record))
        } catch {
            return .failure(TelemetryRefusal(error.description))
        }
    }

    /// A batch that is fixed already, or the one that would be made now; of a queue's copy, so that nothing changes.
    func preview(at now: Instant) -> Result<TelemetryPreview, TelemetryRefusal> {
        if let batch = queue.batches.first(where: { $0.stage != .quarantined }) {
            let rows = queue.rows.filter { batch.sequences.contains($0.sequence) }
            return .success(TelemetryPreview(bytes: batch.bytes, rows: rows, denial: leasingDenial(at: now)))
        }
        guard let grant = consent.state.grant else {
            return .success(TelemetryPreview(bytes: [], rows: [], denial: leasingDenial(at: now)))
        }
        // Also what is not final yet, and what is still in memory: all that would ever leave as things stand.
        let noted = coalescer.pending.enumerated().map { index, value in
            Row(
                sequence: queue.nextSequence + UInt64(index), epoch: consent.state.epoch, value: value.value,
                day: value.day)
        }
        let rows = queue.rows + noted
        let bytes = rows.isEmpty ? [] : encode(grant.installID, rows)
        return .success(TelemetryPreview(bytes: bytes, rows: rows, denial: leasingDenial(at: now)))
    }

    private func leasingDenial(at now: Instant) -> GateDenial? {
        if case .failure(let denial) = consent.leasing(at: moment(now), { _ in () }) { denial } else { nil }
    }

    func lease(at now: Instant) -> Result<Batch, TelemetryRefusal> {
        guard let store else { return .failure(TelemetryRefusal("the queue cannot be read")) }
        guard let id = batchID() else { return .failure(TelemetryRefusal("there is no randomness")) }
        var next = queue
        let leased = consent.leasing(at: moment(now)) { permit in
            next.lease(
                id, at: Self.uptime(now), freeBytes: store.freeBytes, permit: permit, encode: encode)
        }
        switch leased {
        case .failure(let denial): return .failure(TelemetryRefusal(denial))
        case .success(let result):
            // Its bytes are fixed when they are durable, and given away then.
            guard save(next, at: now) else { return .failure(TelemetryRefusal("the store does not take it")) }
            switch result {
            case .leased(let batch): return .success(batch)
            case .nothing: return .failure(TelemetryRefusal("there is nothing to send"))
            case .busy: return .failure(TelemetryRefusal("a batch is leased already"))
            case .noHeadroom: return .failure(TelemetryRefusal("the file system is nearly full"))
            case .notPermitted: return .failure(TelemetryRefusal(GateDenial.notConsented))
            }
        }
    }

    /// Immediately before connecting. Before the first transfer of an install id it is durable that it may be known outside.
    func begin(_ id: BatchID, at now: Instant) -> Result<[UInt8], TelemetryRefusal> {
        if consent.state.grant?.isExposed == false {
            // Answered by the machine under a number that nobody waits for.
            give(.request(.expose(consent.state.epoch), by: .local(user: 0), id: ConsentRequestID(0)), at: now)
        }
        var next = queue
        let begun = consent.sending(at: moment(now)) { next.begin(id, at: Self.uptime(now), permit: $0) }
        switch begun {
        case .failure(let denial): return .failure(TelemetryRefusal(denial))
        case .success(.noLease): return .failure(TelemetryRefusal("there is no such lease, or it has run out"))
        case .success(.notPermitted): return .failure(TelemetryRefusal(GateDenial.notConsented))
        case .success(.go(let bytes)):
            guard save(next, at: now) else { return .failure(TelemetryRefusal("the store does not take it")) }
            return .success(bytes)
        }
    }

    func report(_ id: BatchID, _ outcome: TransferOutcome, at now: Instant) -> Bool {
        var next = queue
        guard next.report(id, outcome, at: Self.uptime(now)) else { return false }
        // What was acknowledged and could not be stored is sent again, with the same bytes and the same id.
        return save(next, at: now)
    }
}
