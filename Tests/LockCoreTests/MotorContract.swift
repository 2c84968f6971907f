@testable import LockCore

/// The motor's side of what ``Device`` promises: follows inputs and effects, and says what breaks the promise.
struct MotorContract: Hashable {
    struct OpenDrive: Hashable {
        var id: DriveID
        var direction: Direction
        var began: Instant
        var cap: Duration
        /// A brake or coast has ended it; the bolt thread still owes the report.
        var isStopped = false
    }

    private(set) var isAwake = false
    /// The drive whose end has not been reported.
    private(set) var open: OpenDrive?
    /// Since when the outputs coast; nil while driven or braked.
    private(set) var coastSince: Instant?
    private(set) var hasDriven = false
    private(set) var undurable: MotionID?
    /// The motion of the stroke under way, and those that the journal has.
    private var current: MotionID?
    private var durable: Set<MotionID> = []

    /// Takes note of one input before the device sees it.
    mutating func hear(_ input: Input) {
        switch input {
        case .driveEnded(let end):
            guard end.id == open?.id else { return }
            open = nil
            coastSince = end.reason == .driverFault || end.reason == .notStarted ? end.ended : nil
        case .journaled(let motion, stored: true):
            durable.insert(motion)
            if motion == undurable { undurable = nil }
        default: break
        }
    }

    /// Takes note of one turn's effects; says what they break.
    mutating func hear(_ effects: [Effect], of device: Device, at now: Instant) -> [String] {
        var broken: [String] = []
        // Only the stroke's first motion is waited for, not those of whoever joins it. It may have been journaled before.
        if let motion = device.stroke?.motion, motion != current {
            current = motion
            undurable = durable.contains(motion) ? nil : motion
        }
        for effect in effects {
            switch effect {
            case .wakeDriver: isAwake = true
            case .sleepDriver:
                isAwake = false
                if coastSince == nil { coastSince = now }
                open?.isStopped = true
            case .brake:
                coastSince = nil
                open?.isStopped = true
            case .coast:
                if coastSince == nil { coastSince = now }
                open?.isStopped = true
            case .drive(let direction, let cap, _, let id):
                broken += complaints(direction, cap, device, at: now)
                open = OpenDrive(id: id, direction: direction, began: now, cap: cap)
                coastSince = nil
                hasDriven = true
            default: break
            }
        }
        if let open, now >= open.began + open.cap + Device.driveAnswerMargin {
            // Whatever the report says, the bolt thread has ended it by now.
            self.open = nil
            if coastSince == nil { coastSince = open.began + open.cap }
        }
        return broken
    }

    private func complaints(
        _ direction: Direction, _ cap: Duration, _ device: Device, at now: Instant
    ) -> [String] {
        let timing = device.configuration.stroke
        var broken: [String] = []
        if open != nil { broken.append("driven over an open drive") }
        if device.unansweredDrive != nil { broken.append("driven while a drive is unanswered") }
        if !isAwake { broken.append("driven while the driver sleeps") }
        if device.limits[direction.limit] { broken.append("driven into an active limit") }
        if cap > timing.capMaximum { broken.append("driven for \(cap), longer than the cap") }
        if undurable != nil, device.isJournalAvailable { broken.append("driven before the journal answered") }
        if hasDriven {
            if let coastSince {
                if now - coastSince < timing.deadTime { broken.append("driven after coasting \(now - coastSince)") }
            } else {
                broken.append("driven without coasting")
            }
        }
        return broken
    }

    /// The same with every instant measured from `now` and every identifier forgotten, so that two histories that lead to
    /// the same future compare equal.
    func rebased(to now: Instant, deadTime: Duration, isAtRest: Bool) -> MotorContract {
        var copy = self
        copy.current = nil
        copy.durable = []
        copy.undurable = undurable == nil || isAtRest ? nil : MotionID(0)
        copy.coastSince = coastSince.map { Instant.zero + ($0 - now) }
        if open == nil, !hasDriven || coastSince.map({ now - $0 >= deadTime }) == true {
            // Never driven, or as good as that.
            copy.coastSince = nil
            copy.hasDriven = false
        }
        if var drive = open {
            drive.id = DriveID(0)
            drive.began = Instant.zero + (drive.began - now)
            copy.open = drive
        }
        return copy
    }

    /// Once the wait for it is over, the journal is not asked again in this stroke: what is left of it is whether it was right
    /// to go on.
    mutating func forgetJournal(in device: Device) {
        if !device.isJournalAvailable { undurable = nil }
    }
}
