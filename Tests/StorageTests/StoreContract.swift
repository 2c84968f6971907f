import LockCore
import Testing

/// A store as the contract sees it. The contract knows no disk, so that a simulated store can be held to it as well.
protocol StoreUnderTest {
    func loadSettings() throws -> Settings?
    func save(_ settings: Settings) throws
    func loadCalibration() throws -> Calibration?
    func save(_ calibration: Calibration?) throws
    func begin(_ motion: Motion) throws
    func finish(_ motion: MotionID?, _ event: AuditEvent) throws -> Int64
    func interruptedMotions() throws -> [Motion]
    func nextMotion() throws -> MotionID
    func entries(
        since: Int64, limit: Int
    ) throws -> (records: [StoreModel.AuditRecordModel], first: Int64, last: Int64)
    /// Which of the model's refusals an error of this store is; nil when it is none of them.
    func refusal(_ error: any Error) -> StoreModel.Refusal?
    /// Ends the store and starts it again on the same bytes.
    mutating func restart() throws
}

/// Random operations on a store and on the model side by side. Every answer must be the same.
struct StoreContract {
    private var random: SplitMix64
    private var model = StoreModel()
    private var clock: Int64 = 1_780_000_000
    private var boot: Int64 = 0

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// Runs that many operations. Returns at the first answer that differs, with what it was, or nil.
    mutating func run(_ operations: Int, on store: inout some StoreUnderTest) throws -> String? {
        for number in 1...operations {
            if let difference = try step(&store) { return "operation \(number): \(difference)" }
        }
        return nil
    }

    private mutating func step(_ store: inout some StoreUnderTest) throws -> String? {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<35: return try compareBegin(store)
        case 35..<75: return try compareFinish(store)
        case 75..<80: return try compareSettings(store)
        case 80..<84: return try compareCalibration(store)
        case 84..<93: return try compareEntries(store)
        case 93..<96: return compare("next motion", try store.nextMotion(), model.nextMotion)
        default:
            try store.restart()
            return try compare("interrupted", store.interruptedMotions(), model.interruptedMotions())
                ?? compare("settings", store.loadSettings(), model.settings)
                ?? compare("calibration", store.loadCalibration(), model.calibration)
                ?? compare("next motion", store.nextMotion(), model.nextMotion)
        }
    }

    private mutating func compareBegin(_ store: some StoreUnderTest) throws -> String? {
        let offset = [0, 0, 0, 0, 0, 0, 1, 40, -1, -70].randomElement(using: &random) ?? 0
        let target = Target.allCases.randomElement(using: &random) ?? .locked
        let id = MotionID(model.nextMotion.rawValue + Int64(offset))
        let motion = Motion(id: id, target: target, origin: origin())
        return compare(
            "begin \(id.rawValue)", try refusal(store) { try store.begin(motion) },
            Self.refusal { () throws(StoreModel.Refusal) in try model.begin(motion) })
    }

    private mutating func compareFinish(_ store: some StoreUnderTest) throws -> String? {
        let newest = model.nextMotion.rawValue - 1
        let motion = [newest, newest, newest, newest - 1, newest + 5, nil].randomElement(using: &random) ?? nil
        let event = event()
        let id = motion.map { MotionID($0) }
        return compare("finish", try store.finish(id, event), model.finish(id, event))
    }

    private mutating func compareSettings(_ store: some StoreUnderTest) throws -> String? {
        let settings = Settings(
            mode: OperatingMode.allCases.randomElement(using: &random) ?? .normal,
            autoRelockMilliseconds: [nil, 4_999, 5_000, 60_000, 14_400_001].randomElement(using: &random) ?? nil,
            doorAjarMilliseconds: [nil, 9_999, 10_000, 14_400_000].randomElement(using: &random) ?? nil)
        return try compare(
            "save \(settings)", refusal(store) { try store.save(settings) },
            Self.refusal { () throws(StoreModel.Refusal) in try model.save(settings) })
            ?? compare("settings", store.loadSettings(), model.settings)
    }

    private mutating func compareCalibration(_ store: some StoreUnderTest) throws -> String? {
        var calibration: Calibration?
        if Int.random(in: 0..<4, using: &random) > 0 {
            let times: [Int64] = [0, 1, 300_000_000, 60_000_000_000, 60_000_000_001]
            calibration = Calibration(
                extendNanoseconds: times.randomElement(using: &random) ?? 1,
                retractNanoseconds: times.randomElement(using: &random) ?? 1)
        }
        return try compare(
            "save \(String(describing: calibration))", refusal(store) { try store.save(calibration) },
            Self.refusal { () throws(StoreModel.Refusal) in try model.save(calibration) })
            ?? compare("calibration", store.loadCalibration(), model.calibration)
    }

    private mutating func compareEntries(_ store: some StoreUnderTest) throws -> String? {
        let since = Int64.random(in: -5...model.last + 5, using: &random)
        let limit = [-1, 0, 1, 10, 500, 1_000].randomElement(using: &random) ?? 1
        let page = try store.entries(since: since, limit: limit)
        return compare("entries since \(since)", page.records, model.entries(since: since, limit: limit))
            ?? compare("first", page.first, model.first) ?? compare("last", page.last, model.last)
    }

    /// Time passes by minutes to weeks; the civil clock is sometimes absent, in 1970, far off, or wrongly vouched for.
    private mutating func event() -> AuditEvent {
        let elapsed = [60, 3_600, 86_400, 604_800].randomElement(using: &random) ?? 60
        clock += Int64(elapsed)
        if clock > 4_000_000_000 { clock = 1_780_000_000 }
        boot += Int64(elapsed) * 1_000_000_000
        let (seconds, isTrusted): (Int64?, Bool) =
            switch Int.random(in: 0..<20, using: &random) {
            case 0: (nil, false)
            case 1: (Int64.random(in: 0...100_000, using: &random), Bool.random(using: &random))
            case 2: (clock + 400_000_000, Bool.random(using: &random))
            case 3: (clock - 60_000_000, Bool.random(using: &random))
            default: (clock, true)
            }
        let states: [LockState] = [.locked, .unlocked, .between, .jammed(.blocked), .fault(.sensorStuck)]
        let state = states.randomElement(using: &random) ?? .unknown
        let code = FaultCode.allCases.randomElement(using: &random) ?? .busy
        let outcomes: [AuditOutcome] = [
            .done(state), .done(state, warning: code), .already(state), .refused(code), .failed(code),
        ]
        return AuditEvent(
            action: AuditAction.allCases.randomElement(using: &random) ?? .lock, origin: origin(),
            outcome: outcomes.randomElement(using: &random) ?? .refused(code), at: Instant(nanoseconds: boot),
            unixSeconds: seconds, isTimeTrusted: isTrusted)
    }

    private mutating func origin() -> Origin {
        let origins: [Origin] = [.insideButton, .local(user: 1000), .key(4), .autoRelock, .recovery, .device]
        return origins.randomElement(using: &random) ?? .device
    }

    private func refusal(_ store: some StoreUnderTest, _ body: () throws -> Void) throws -> StoreModel.Refusal? {
        do { try body() } catch {
            guard let refusal = store.refusal(error) else { throw error }
            return refusal
        }
        return nil
    }

    private static func refusal(_ body: () throws(StoreModel.Refusal) -> Void) -> StoreModel.Refusal? {
        do throws(StoreModel.Refusal) { try body() } catch { return error }
        return nil
    }

    private func compare<Value: Equatable>(_ what: String, _ store: Value, _ model: Value) -> String? {
        store == model ? nil : "\(what): the store says \(store), the model \(model)"
    }
}
