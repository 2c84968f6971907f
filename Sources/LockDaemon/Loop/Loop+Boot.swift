internal import Configuration
internal import LockCore
internal import SystemdRuntime

// From the first look at the lines to a booted core, and a second time when the store comes late.
extension Loop {
    /// The bolt thread has read the lines for the first time.
    func linesRead(_ levels: BoltLevels) {
        boltFacts = levels
        if let facts = pendingFacts { boot(with: facts) } else if hasNoStore { boot(with: nil) }
    }

    /// The store has opened, in time or not.
    func storeOpened(_ facts: StoredFacts) {
        switch stage {
        case .starting:
            pendingFacts = facts
            if boltFacts != nil { boot(with: facts) }
        case .running(withStore: false, late: _):
            stage = .running(withStore: false, late: facts)
            bootAgainIfPossible()
        case .running, .ending: break
        }
    }

    /// The store says that it cannot be opened now, or has not answered in time.
    func bootWithoutStore() {
        guard case .starting = stage, pendingFacts == nil else { return }
        hasNoStore = true
        if !storeCondition.isFailing {
            let waited = Self.storeWaitLimit.wholeMilliseconds
            journal.write(
                .storeUnavailable, "The store has not opened within \(waited) ms; the lock starts without it.")
        }
        if boltFacts != nil { boot(with: nil) }
    }

    /// The store came late: the core is booted again with what it says, at the first moment when nothing is under way.
    ///
    /// Settings (lock-out above all), calibration, an interrupted motion and the numbers of motions then are as if it had been
    /// there from the start. What the core knew besides is lost: alarms that had ended and waited for acknowledgement (they
    /// are in the audit log) and the motor's duty budget, of seconds.
    func bootAgainIfPossible() {
        guard case .running(withStore: false, late: let facts?) = stage, device.stroke == nil else { return }
        // A new core would not know that what the switches last said is stale. The answer makes the next turn.
        guard owedDrive == nil else { return }
        for id in TimerID.allCases { timers[id]?.timer.cancel() }
        device = Device(configuration: configuration.profile.deviceConfiguration)
        boot(with: facts, isLate: true)
    }

    private func boot(with facts: StoredFacts?, isLate: Bool = false) {
        guard let bolt = boltFacts else { return }
        storeWait?.cancel()
        // Before the first of its motions.
        if facts != nil, !storage.send(.adopt) { return finish(.failed("The storage thread takes no messages.")) }
        stage = .running(withStore: facts != nil, late: nil)
        let levels = lines?.levels() ?? LoopLineWatch<Target.LoopPort>.unread
        var bootFacts = BootFacts(
            limits: bolt.limits, isDoorOpen: levels.isDoorOpen, isTampered: levels.isTampered,
            hasDriverFault: bolt.driverFault, battery: gauge?.last ?? .unknown, settings: facts?.settings,
            calibration: facts?.calibration, interrupted: facts?.interrupted ?? [],
            nextMotion: max(facts?.nextMotion ?? MotionID(1), unusedMotion))
        bootFacts.isLate = isLate
        turn(.boot(bootFacts))
        // Somebody who stood there with the button pressed while the daemon came up wants out.
        if levels.isButtonPressed { turn(.insideButton(isPressed: true)) }
        // Only now: a command that found the name before the boot could only be told "busy". Starting again changes nothing.
        link?.start()
        becomeReady()
    }

    /// Above every motion that was begun without the store: a late answer about one of those is nobody else's.
    private var unusedMotion: MotionID { MotionID(lastMotion.rawValue + 1) }

    // MARK: The bus, and being ready

    func busTried(_ error: SystemdError?) {
        if let error {
            if !isBusWanting {
                journal.write(.busUnavailable, "The lock is not on the bus: \(error)")
                notifyStatus("Without a message bus; the inside button unlocks. \(error)")
            }
            isBusWanting = true
        } else if isBusWanting {
            isBusWanting = false
            journal.write(.busAvailable, "The lock is on the bus again.")
            notifyStatus("Ready.")
        }
        phones?.transport.use(link?.bus)
        hasTriedBus = true
        becomeReady()
    }

    /// Ready: the core has been booted, and the bus has been tried.
    private func becomeReady() {
        guard !isReady, hasTriedBus, case .running = stage else { return }
        isReady = true
        let words = isBusWanting ? "Without a message bus; the inside button unlocks." : "Ready."
        manager?.ready(status: words)
        journal.write(
            .started, "The lock \(board.name) is ready.",
            fields: ["VERSION": configuration.version, "STORE": storeCondition.state.rawValue])
    }

    /// For `systemctl status`, which anybody may read: about health, never about where the bolt is.
    func notifyStatus(_ text: String) {
        guard isReady else { return }
        manager?.tell(text)
    }
}
