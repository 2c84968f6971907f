/// What the machine of consent asks of the world, in this order.
package enum ConsentEffect: Hashable, Sendable {
    /// Make all of it durable at once, then answer ``ConsentInput/committed(_:stored:)``: the state, and the rows that are added to the
    /// ledger. Whatever the ledger has from ``ConsentState/firstRecord(with:)`` on was there before a reset, and is wiped.
    case commit(ConsentCommitID, ConsentState, [ConsentRecord])
    case answer(ConsentRequestID, ConsentAnswer)
    /// Records and leases of every other epoch are dead: wipe them. nil: all. Asked again at every boot.
    case scrub(keeping: ConsentEpoch?)
    /// Erase everything that is queued, leased, parked, quarantined or noted in memory, then answer: `done` only when that is durable. nil:
    /// nobody waits for the answer any more.
    case eraseQueue(answering: ConsentRequestID?)
    /// There is something to ask a server to erase.
    case erasureRequested
    /// Owners are to hear of it at their next connection.
    case tellOwners(ConsentRecord)
    /// The deadline is an uptime.
    case startTimer(ConsentTimer, deadline: Duration)
    case cancelTimer(ConsentTimer)
}

/// The one answer to a request.
package enum ConsentAnswer: Hashable, Sendable {
    case done
    case refused(ConsentRefusal)
    /// It is not durable. What was to stop has stopped; what was to begin has not begun, and may still begin when the store answers late.
    case failed
}

/// Why a request was refused. The raw value is stable: it is sent and printed.
package enum ConsentRefusal: String, Hashable, Sendable, CaseIterable {
    /// The ledger cannot be read.
    case unreadable
    /// Only an owner may.
    case notAllowed
    /// Something else is being made durable, and enough waits for it.
    case busy
    /// The text, the language or the purposes are not those that the lock would have shown.
    case echoDiffers
    /// The 18-or-over statement is missing.
    case notAdult
    /// The policy has not been accepted by whoever agrees.
    case notAccepted
    /// Controller, contact, erasure endpoint or another detail is missing.
    case detailsMissing
    /// Location alone could never be erased again: it needs the install id, which diagnostics brings.
    case needsDiagnostics
    /// Nothing was agreed to that this could concern.
    case notConsented
    /// Location, and no location service is in use.
    case serviceInactive
    /// Nobody vouches for the clock, so that nobody knows whether the item has expired.
    case dayUnknown
    /// Too many erasure requests are unanswered.
    case full
    /// Nothing has ever been sent under this consent.
    case nothingToErase
    /// There is no such request, or no such epoch any more; or a name that should have been drawn anew was not.
    case noSuchThing
    /// The store does not take anything at the moment.
    case storeUnavailable
}
