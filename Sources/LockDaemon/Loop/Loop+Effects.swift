internal import LockCore
internal import LockProtocol
internal import PhoneMessages
internal import SystemdRuntime

// What the core wants of the world.
extension Loop {
    func perform(_ effect: Effect) {
        switch effect {
        case .wakeDriver: order(.wakeDriver)
        case .sleepDriver: order(.sleepDriver)
        case .brake: order(.brake)
        case .coast: order(.coast)
        case .drive(let direction, let cap, let blanking, let id):
            owedDrive = id
            drivenMotion = device.stroke?.motion
            gauge?.loadBegan()
            order(.drive(direction, atMost: cap, blanking: blanking, id: id))
        case .startTimer(let id, let deadline):
            timers[id]?.deadline = deadline
            timers[id]?.timer.arm(atBootNanoseconds: deadline.nanoseconds)
        case .cancelTimer(let id): timers[id]?.timer.cancel()
        case .journal(let motion):
            lastMotion = motion.id
            if !storage.send(.begin(motion)) { turn(.journaled(motion.id, stored: false)) }
        case .record(let event, let motion):
            if !storage.send(.record(event, closing: motion)) { lost(1) }
        case .saveSettings(let settings): save(settings)
        case .saveCalibration(let calibration): keep(calibration)
        case .reply(let id, let reply): self.reply(id, reply)
        case .alarm(let alarm, let isActive): tell(alarm, isActive: isActive)
        case .publish(let status): publish(status)
        }
    }

    private func order(_ order: BoltOrder) {
        guard !bolt.send(.order(order)) else { return }
        // It has not taken its orders for a whole queue of them. Its drive ends by the cap, in the same code that stands still;
        // what is left is a new start, whose first act is to switch the driver off.
        journal.write(.threadStuck, "The bolt thread does not take its orders.")
        finish(.failed("The bolt thread does not take its orders."))
    }

    private func keep(_ calibration: Calibration?) {
        guard !storage.send(.saveCalibration(calibration)) else { return }
        journal.write(.storeUnavailable, "The calibration was not kept: the storage thread's queue is full.")
    }

    /// Audit entries were given up.
    func lost(_ count: Int) {
        lostEntries += count
        // Once: an entry for each would say when somebody came or went. `mortise doctor` tells how many.
        guard lostEntries == count else { return }
        journal.write(.auditLost, "Audit entries were lost.")
    }

    private func tell(_ alarm: Alarm, isActive: Bool) {
        service?.alarm(alarm, isActive: isActive)
        phones?.alarm(WireAlarm(alarm), isActive: isActive)
        guard alarm.isOfTheLock else { return }
        journal.write(
            isActive ? .alarm : .alarmEnded, isActive ? "Alarm: \(alarm.rawValue)." : "Alarm ended: \(alarm.rawValue).",
            fields: ["ALARM": alarm.rawValue])
    }

    private func publish(_ status: Status) {
        let before = service?.properties.status
        service?.publish(status)
        phones?.publish()
        guard let before else { return }
        if status.state != before.state { told(status.state, before: before.state) }
        if !status.isJournalAvailable, before.isJournalAvailable {
            oweHealth()
        }
    }

    /// That the motion journal did not answer shows when somebody moves the bolt, and at no other time. So it is told at the
    /// next whole hour, or when the daemon ends.
    private func oweHealth() {
        guard !owesJournalUnavailable else { return }
        owesJournalUnavailable = true
        let hour: Int64 = 3_600_000_000_000
        health?.arm(atBootNanoseconds: (BootClock.now().nanoseconds / hour + 1) * hour)
    }

    func tellOwedHealth() {
        guard owesJournalUnavailable else { return }
        owesJournalUnavailable = false
        journal.write(.journalUnavailable, "The motion journal did not answer in time, during the last hour.")
    }

    /// A latched state begins or ends. The commands that lead there are nobody's business here.
    private func told(_ state: LockState, before: LockState) {
        switch state {
        case .jammed(let code):
            latched = true
            journal.write(.jammed, "The bolt is jammed: \(code.rawValue).", fields: ["FAULT": code.rawValue])
            notifyStatus("The bolt is jammed: \(code.rawValue).")
        case .fault(let code):
            latched = true
            journal.write(.fault, "The lock reports a fault: \(code.rawValue).", fields: ["FAULT": code.rawValue])
            notifyStatus("Fault: \(code.rawValue).")
        case .locked, .unlocked, .between:
            guard latched else { return }
            latched = false
            journal.write(.faultCleared, "What was wrong with the bolt has cleared.")
            notifyStatus("Ready.")
        case .unknown, .calibrating, .locking, .unlocking: break
        }
    }
}

extension Alarm {
    /// Whether it is about the lock, or about somebody who has broken in, and not about how people use the door.
    fileprivate var isOfTheLock: Bool {
        switch self {
        case .doorAjar: false
        case .forcedOpen, .tampered, .lowBattery, .batteryUnreadable: true
        }
    }
}
