internal import Glibc
internal import LockCore
internal import SystemdRuntime

// What the other threads and the lines say.
extension Loop {
    func boltSaid(_ answer: BoltAnswer) {
        switch answer {
        case .started(let outcome):
            realtime = outcome
            guard !outcome.isGranted else { return }
            let words = "\(Self.words(scheduling: outcome)), \(Self.words(memory: outcome))"
            journal.write(.realtimeNotPermitted, "The bolt thread: \(words).")
        case .levels(let levels): linesRead(levels)
        case .report(let report): reported(report)
        case .echo(let number): watchdog?.boltAnswered(number)
        case .failed(let error, let isLast): boardFailed(error, isLast: isLast)
        case .couldNotStart(let error):
            journal.write(.boardFailed, "The bolt's lines cannot be used: \(error)")
            finish(.failed("The bolt's lines cannot be used: \(error)"))
        case .stopped: break
        }
    }

    private func reported(_ report: BoltReport) {
        switch report {
        case .driveEnded(let end):
            if owedDrive == end.id { owedDrive = nil }
            turn(.driveEnded(end))
        case .limits(let reading):
            boltFacts?.limits = reading
            turn(.limits(reading))
        case .driverFault(let isFaulted):
            boltFacts?.driverFault = isFaulted
            turn(.driverFault(isFaulted))
        }
    }

    func linesSaid(_ news: LoopLineWatch<Target.LoopPort>.News) {
        switch news {
        case .input(let input): turn(input)
        case .failed(let error, let isLast): boardFailed(error, isLast: isLast)
        }
    }

    private func boardFailed(_ error: BoardError, isLast: Bool) {
        lastBoardError = error
        journal.write(.boardFailed, "The board: \(error)", fields: ["ERRNO": "\(error.errno)"])
        // Lines that do not work any more are requested anew by a new start.
        if isLast { finish(.failed("The board: \(error)")) }
    }

    func storageSaid(_ answer: StorageAnswer) {
        switch answer {
        case .opened(let facts): storeOpened(facts)
        case .notOpened: bootWithoutStore()
        case .condition(let condition): storeBecame(condition)
        case .journaled(let motion, let stored): turn(.journaled(motion, stored: stored))
        case .settingsSaved(let save, let failure): settingsSaved(save, failure: failure)
        case .phones(let facts): phonesOpened(facts)
        case .accessCommitted(let id, let stored): tellAccess(.committed(id, stored: stored))
        case .wiped(let failure): wiped(failure: failure)
        case .appended(let number): service?.auditAppended(number)
        case .log(let number, let result):
            if isOfPhone(RequestID(number)) {
                phones?.logRead(number, result)
            } else {
                service?.logRead(number, result)
            }
        case .chain(let number, let result): phones?.chainRead(number, result)
        case .verified(let number, let result): service?.logVerified(number, result)
        case .erased(let number, let result): service?.logErased(number, result)
        case .echo(let number): watchdog?.storageAnswered(number)
        case .problem(let words): journal.write(.storeProblem, words)
        case .quarantined(let words):
            journal.write(.storeQuarantined, "The store was damaged and is set aside: \(words)")
        case .lost(let count): lost(count)
        }
    }

    private func storeBecame(_ condition: StoreCondition) {
        // Once for each time of trouble: the words change with every entry that waits.
        if condition.isFailing, !storeCondition.isFailing {
            journal.write(.storeUnavailable, "The store: \(condition.cause)")
        }
        storeCondition = condition
        service?.publish(condition)
    }

    func took(_ control: DaemonHandle.Control) {
        guard !handle.loss.hasHappened else { return finish(.lost) }
        switch control {
        case .stop: return finish(.stopped)
        case .look: tellCivilTime(at: BootClock.now())
        case .command(let command, let origin): submit(command, from: origin, id: ownRequest())
        }
        if handle.mustStop { finish(.stopped) }
    }

    static func words(scheduling outcome: RealtimeOutcome) -> String {
        outcome.schedulingErrno == 0
            ? "real-time priority \(RealtimeScheduling.priority)"
            : "no real-time priority (\(String(cString: strerror(outcome.schedulingErrno))); LimitRTPRIO=)"
    }

    static func words(memory outcome: RealtimeOutcome) -> String {
        switch outcome.lockingErrno {
        case nil: "memory not asked to be locked"
        case 0: "memory locked as it is touched"
        case let code?: "memory not locked (\(String(cString: strerror(code))); LimitMEMLOCK=infinity)"
        }
    }
}
