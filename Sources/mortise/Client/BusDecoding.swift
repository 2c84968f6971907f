import CommandSupport
import LockCore
import SystemdRuntime

extension BusValue {
    /// A number that cannot be negative; 0 for anything else.
    var asUnsigned: UInt64 {
        if case .uint64(let value) = self { return value }
        return asInteger.map { UInt64(clamping: $0) } ?? 0
    }
}

extension LockReport {
    /// Takes over the properties that are there. One of an unexpected type is not taken: better an old value than a
    /// wrong one.
    mutating func apply(_ properties: [String: BusValue]) {
        func take<Value>(_ name: String, _ read: (BusValue) -> Value?, _ field: WritableKeyPath<LockReport, Value>) {
            if let value = properties[name].flatMap(read) { self[keyPath: field] = value }
        }
        take("State", \.asString, \.state)
        take("Fault", \.asString, \.fault)
        take("Position", \.asString, \.position)
        take("Door", \.asString, \.door)
        take("BatteryState", \.asString, \.batteryState)
        take("BatteryPercent", { $0.asInteger.map(Int32.init(clamping:)) }, \.batteryPercent)
        take("BatteryMillivolts", { $0.asInteger.map(Int32.init(clamping:)) }, \.batteryMillivolts)
        take("Alarms", { $0.asElements?.compactMap(\.asString) }, \.alarms)
        take("Mode", \.asString, \.mode)
        take("AutoRelock", \.asUnsigned, \.autoRelock)
        take("DoorAjar", \.asUnsigned, \.doorAjar)
        take("RelockDeadline", \.asUnsigned, \.relockDeadline)
        take("Calibrated", \.asBool, \.isCalibrated)
        take("ExtendTime", \.asUnsigned, \.extendTime)
        take("RetractTime", \.asUnsigned, \.retractTime)
        take("JournalAvailable", \.asBool, \.isJournalAvailable)
        take("StoreState", \.asString, \.storeState)
        take("StoreDetail", \.asString, \.storeDetail)
        take("Version", \.asString, \.version)
        take("Board", \.asString, \.board)
    }
}

extension LogEntry {
    /// nil: not the structure `(xsxxbssssssu)`, which the signature has ruled out.
    init?(_ value: BusValue) {
        guard let fields = value.asElements, fields.count == 12, let sequence = fields[0].asInteger,
            let bootNanoseconds = fields[2].asInteger, let unixSeconds = fields[3].asInteger,
            let isTrusted = fields[4].asBool, let subject = fields[11].asInteger.flatMap(UInt32.init(exactly:))
        else { return nil }
        func text(_ index: Int) -> String { fields[index].asString ?? "" }
        self.init(
            sequence: sequence, bootID: text(1), bootNanoseconds: bootNanoseconds, unixSeconds: unixSeconds,
            isTrusted: isTrusted, action: text(5), origin: text(6), outcome: text(7), state: text(8), code: text(9),
            warning: text(10), subject: subject)
    }
}

extension LockClientError {
    private static let prefix = "org.mortise.Error."

    /// What a named error means.
    init(_ error: BusError, doing: String, bus: String, seconds: Int) {
        switch error.name {
        case Self.prefix + "NotAuthorised": self = .notAuthorised(message: error.message)
        case Self.prefix + "StoreUnavailable": self = .storeUnavailable(message: error.message)
        case Self.prefix + "NotDurable": self = .notDurable(message: error.message)
        case Self.prefix + "Overloaded": self = .overloaded(message: error.message)
        case let name where name.hasPrefix(Self.prefix):
            let word = name.dropFirst(Self.prefix.count)
            let code = word.prefix(1).lowercased() + word.dropFirst()
            // What is not said to be a refusal may have moved the bolt.
            self =
                error.message.hasPrefix("refused: ")
                ? .refused(code: code, message: error.message) : .failed(code: code, message: error.message)
        case BusError.serviceUnknown, BusError.nameHasNoOwner:
            self = .daemonAbsent(bus: bus, detail: error.message)
        case BusError.noReply: self = .daemonLost(doing: doing, detail: error.message)
        case BusError.timedOut: self = .noAnswer(doing: doing, seconds: seconds)
        case BusError.accessDenied: self = .notAuthorised(message: error.message)
        case BusError.disconnected: self = .busUnreachable(detail: error.message)
        default: self = .notUnderstood(doing: doing, detail: error.description)
        }
    }
}
