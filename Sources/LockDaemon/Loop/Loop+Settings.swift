internal import LockCore
internal import SystemdRuntime

// Settings that somebody has changed: applied at once, answered when they are durable.
extension Loop {
    /// Sends the settings to the store. What the core replies in the same turn speaks of them, and waits.
    func save(_ settings: Settings) {
        let number = durable.nextSave()
        saveOfTurn = number
        guard !storage.send(.saveSettings(settings, number)) else { return }
        journal.write(.storeUnavailable, "The settings were not kept: the storage thread's queue is full.")
        refusedSave = number
    }

    func reply(_ id: RequestID, _ reply: Reply) {
        // Whatever it was told: the motor was not energised for it.
        if let key = paidFor.removeValue(forKey: id) { tellAccess(.useNotSpent(key)) }
        guard case .done = reply, let save = saveOfTurn else { return deliver(id, reply) }
        guard refusedSave != save else {
            return notDurable(id, because: "the storage thread has too much to do, and has not taken it")
        }
        durable.hold(id, reply, until: save, at: BootClock.now())
        armDurability()
    }

    /// To whoever asked.
    func deliver(_ id: RequestID, _ reply: Reply) {
        if isOfPhone(id) { phones?.replied(id, reply) } else { service?.reply(id, reply) }
    }

    private func notDurable(_ id: RequestID, because reason: String) {
        if isOfPhone(id) { phones?.notDurable(id) } else { service?.notDurable(id, because: reason) }
    }

    /// The store has the settings, or `failure` says why it does not have them yet.
    func settingsSaved(_ save: SaveNumber, failure: String?) {
        for held in durable.settle(save) {
            if let failure {
                notDurable(held.id, because: failure)
            } else {
                deliver(held.id, held.reply)
            }
        }
        armDurability()
    }

    func durabilityIsDue() {
        let seconds = DurableReplies.limit.wholeMilliseconds / 1000
        for held in durable.expire(at: BootClock.now()) {
            notDurable(held.id, because: "the store has not answered within \(seconds) s")
        }
        armDurability()
    }

    /// What is still open when the daemon ends.
    func endDurability() {
        for held in durable.takeAll() {
            notDurable(held.id, because: "the lock's daemon is ending, and the store has not answered")
        }
    }

    private func armDurability() {
        if let deadline = durable.deadline {
            durability?.arm(atBootNanoseconds: deadline.nanoseconds)
        } else {
            durability?.cancel()
        }
    }
}
