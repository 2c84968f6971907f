import CommandSupport
import SystemdRuntime

/// The lock over D-Bus: one connection, its proxies, and the events that were not asked for yet. For one thread.
final class BusLockClient {
    static let name = "org.mortise.Lock1"
    private static let path = "/org/mortise/Lock1"
    /// Watching sleeps without a bound; sd-bus wants a number, and a wake-up a day is none.
    private static let longWait: Duration = .seconds(86_400)

    private let bus: Bus
    private let lock: BusProxy
    let admin: BusProxy
    /// Seconds.
    private let timeout: Int
    private var slots: [BusSlot] = []
    /// The call that fetches all properties, while it is under way.
    private var fetch: BusSlot?
    /// What the lock last said of itself; nil until the first fetch has answered, and while the daemon is away.
    private var report: LockReport?
    /// One message is handled at a time and makes one of these at most, so there is no second to keep.
    private var pending: Result<LockEvent, LockClientError>?

    init(_ address: String?, timeout: Int) throws(LockClientError) {
        do throws(SystemdError) {
            bus = try Bus(connectingTo: address.map { .address($0) } ?? .system)
        } catch {
            throw .busUnreachable(detail: error.description)
        }
        lock = bus.proxy(Self.name, path: Self.path, interface: Self.name)
        admin = bus.proxy(Self.name, path: Self.path, interface: "org.mortise.Admin1")
        self.timeout = timeout
    }

    var busName: String { bus.address.description }

    // MARK: - Asking

    func status() throws(LockClientError) -> LockReport {
        let doing = "tell its status"
        let properties: [String: BusValue]
        do throws(BusError) {
            properties = try lock.allProperties(timeout: .seconds(timeout))
        } catch {
            throw failure(error, doing)
        }
        return try Self.report(properties, doing)
    }

    func move(_ motion: LockClient.Motion) throws(LockClientError) -> MotionAnswer {
        let member = motion == .lock ? "Lock" : "Unlock"
        let answer = try call(lock, member, [], "ss", "\(motion.rawValue)")
        return MotionAnswer(state: answer[0].asString ?? "", warning: answer[1].asString ?? "")
    }

    func calibrate() throws(LockClientError) -> CalibrationAnswer {
        let answer = try call(admin, "Calibrate", [], "stt", "calibrate")
        return CalibrationAnswer(
            state: answer[0].asString ?? "", extendNanoseconds: answer[1].asUnsigned,
            retractNanoseconds: answer[2].asUnsigned)
    }

    func set(_ setting: LockClient.Setting) throws(LockClientError) {
        switch setting {
        case .mode(let mode): _ = try call(admin, "SetMode", [.string(mode)], "", "set the mode")
        case .autoRelock(let time): _ = try call(admin, "SetAutoRelock", [.uint64(time)], "", "set auto-relock")
        case .doorAjar(let time): _ = try call(admin, "SetDoorAjar", [.uint64(time)], "", "set the door-ajar alarm")
        }
    }

    func acknowledgeAlarms() throws(LockClientError) {
        _ = try call(admin, "AcknowledgeAlarms", [], "", "acknowledge alarms")
    }

    func log(since: Int64, limit: Int) throws(LockClientError) -> LogPage {
        let arguments: [BusValue] = [.int64(since), .uint32(UInt32(clamping: limit))]
        let answer = try call(admin, "Log", arguments, "xxa(xsxxbssssssu)", "show its log")
        return LogPage(
            first: answer[0].asInteger ?? 0, last: answer[1].asInteger ?? 0,
            entries: (answer[2].asElements ?? []).compactMap(LogEntry.init))
    }

    func verifyLog(_ witnesses: [CheckpointText]) throws(LockClientError) -> LogVerdict {
        let given = witnesses.map { witness in
            BusValue.structure([
                .uint64(witness.number), .array(witness.hash.map { .byte($0) }, elementSignature: "y"),
            ])
        }
        let answer = try call(
            admin, "VerifyLog", [.array(given, elementSignature: "(tay)")], "stttaytau", "verify its log")
        let hash = (answer[4].asElements ?? []).map { UInt8(clamping: $0.asUnsigned) }
        return LogVerdict(
            verdict: answer[0].asString ?? "", number: answer[1].asUnsigned, first: answer[2].asUnsigned,
            end: hash.isEmpty ? nil : CheckpointText(number: answer[3].asUnsigned, hash: hash),
            erased: answer[5].asUnsigned,
            keys: (answer[6].asElements ?? []).map { UInt32(clamping: $0.asUnsigned) })
    }

    func eraseLog(_ key: UInt32?) throws(LockClientError) -> UInt64 {
        try call(admin, "EraseLog", [.bool(key == nil), .uint32(key ?? 0)], "t", "erase its log")[0].asUnsigned
    }

    func diagnose() throws(LockClientError) -> [Check] {
        let answer = try call(admin, "Diagnose", [], "a{sv}", "diagnose itself")
        return (answer[0].asDictionary ?? [:]).sorted { $0.key < $1.key }.map { name, value in
            Check(name: name, answer: value.asString ?? "a value of type \(value.signature)")
        }
    }

    func owner() throws(LockClientError) -> String {
        let owner: String?
        do throws(BusError) { owner = try bus.owner(of: Self.name) } catch { throw failure(error, "be found") }
        guard let owner else { throw .daemonAbsent(bus: busName, detail: "nobody owns the name \(Self.name)") }
        return owner
    }

    /// The signature is checked below, so an answer has as many values as it says.
    func call(
        _ proxy: BusProxy, _ member: String, _ arguments: [BusValue], _ answer: String, _ doing: String
    ) throws(LockClientError) -> [BusValue] {
        do throws(BusError) {
            return try proxy.call(member, arguments, answer: answer, timeout: .seconds(timeout))
        } catch {
            throw failure(error, doing)
        }
    }

    private func failure(_ error: BusError, _ doing: String) -> LockClientError {
        LockClientError(error, doing: doing, bus: busName, seconds: timeout)
    }

    private static func report(
        _ properties: [String: BusValue], _ doing: String
    ) throws(LockClientError) -> LockReport {
        guard properties["State"] != nil else {
            throw .notUnderstood(doing: doing, detail: "it has no property State")
        }
        var report = LockReport()
        report.apply(properties)
        return report
    }

    // MARK: - Watching

    func watch() throws(LockClientError) -> LockReport {
        do throws(SystemdError) {
            // Subscribed before the first look, so that nothing falls in between.
            slots = [
                try lock.onPropertiesChanged { [unowned self] changed, invalidated in
                    propertiesChanged(changed, invalidated)
                },
                try lock.subscribe(to: "AlarmChanged") { [unowned self] signal in
                    guard signal.arguments.count == 2, let name = signal.arguments[0].asString,
                        let isActive = signal.arguments[1].asBool
                    else { return }
                    pending = .success(.alarm(name: name, isActive: isActive))
                },
                try lock.subscribe(to: "AuditAppended") { [unowned self] signal in
                    guard let sequence = signal.arguments.first?.asInteger else { return }
                    pending = .success(.audit(sequence: sequence))
                },
                try bus.onOwnerChange(of: Self.name) { [unowned self] old, new in ownerChanged(old, new) },
            ]
        } catch {
            throw .busUnreachable(detail: error.description)
        }
        try startFetching()
        while true {
            switch try nextEvent() {
            case .daemonCame(let report): return report
            case .daemonLeft: throw .daemonLost(doing: "tell its status", detail: "it left the bus")
            // Watching begins with the report; what came before it is in it, or in the log.
            case .changed, .alarm, .audit: break
            }
        }
    }

    func nextEvent() throws(LockClientError) -> LockEvent {
        while true {
            if let result = pending {
                pending = nil
                return try result.get()
            }
            do throws(SystemdError) {
                try bus.process(waitingAtMost: Self.longWait)
            } catch {
                throw .busUnreachable(detail: error.description)
            }
        }
    }

    private func propertiesChanged(_ changed: [String: BusValue], _ invalidated: [String]) {
        // Before the first fetch has answered, the answer will have it.
        guard var report else { return }
        report.apply(changed)
        self.report = report
        pending = .success(.changed(report))
        guard !invalidated.isEmpty else { return }
        do throws(LockClientError) { try startFetching() } catch { pending = .failure(error) }
    }

    private func ownerChanged(_ old: String?, _ new: String?) {
        if old != nil {
            report = nil
            fetch = nil
            pending = .success(.daemonLeft)
        }
        guard new != nil else { return }
        do throws(LockClientError) { try startFetching() } catch { pending = .failure(error) }
    }

    /// Asks for all properties without waiting: answer and signals then arrive in the order in which the daemon sent
    /// them, and an older change is never taken for a newer one.
    private func startFetching() throws(LockClientError) {
        let doing = "tell its status"
        let properties = bus.proxy(Self.name, path: Self.path, interface: "org.freedesktop.DBus.Properties")
        do throws(BusError) {
            fetch = try properties.callLater(
                "GetAll", [.string(Self.name)], answer: "a{sv}", timeout: .seconds(timeout)
            ) { [unowned self] result in
                pending = fetched(result, doing)
            }
        } catch {
            throw failure(error, doing)
        }
    }

    private func fetched(
        _ result: Result<[BusValue], BusError>, _ doing: String
    ) -> Result<LockEvent, LockClientError>? {
        switch result {
        case .success(let values):
            do throws(LockClientError) {
                let isKnown = report != nil
                let report = try Self.report(values.first?.asDictionary ?? [:], doing)
                self.report = report
                return .success(isKnown ? .changed(report) : .daemonCame(report))
            } catch {
                return .failure(error)
            }
        case .failure(let error):
            // Had it left, the bus would have said so first, and this call would have been forgotten.
            return .failure(failure(error, doing))
        }
    }
}

extension LockClient {
    /// Connects.
    ///
    /// - Parameters:
    ///   - address: nil is the system bus.
    ///   - timeout: seconds to wait for each answer.
    static func onBus(_ address: String?, timeout: Int) throws(LockClientError) -> LockClient {
        let client = try BusLockClient(address, timeout: timeout)
        return LockClient(
            bus: client.busName, status: client.status, move: client.move, calibrate: client.calibrate, set: client.set,
            acknowledgeAlarms: client.acknowledgeAlarms, log: client.log,
            verifyLog: client.verifyLog, eraseLog: client.eraseLog, diagnose: client.diagnose,
            owner: client.owner, watch: client.watch, nextEvent: client.nextEvent, keys: client.keys)
    }
}
