import LockCore
import Storage
import Testing

/// `lock.db` under the contract.
private struct StoreOnDisk: StoreUnderTest {
    let path: String
    var store: LockStore?

    struct Ended: Error {}

    private func current() throws -> LockStore {
        guard let store else { throw Ended() }
        return store
    }

    func loadSettings() throws -> Settings? { try current().loadSettings() }
    func save(_ settings: Settings) throws { try current().saveSettings(settings) }
    func loadCalibration() throws -> Calibration? { try current().loadCalibration() }
    func save(_ calibration: Calibration?) throws { try current().saveCalibration(calibration) }
    func begin(_ motion: Motion) throws { try current().begin(motion) }
    func finish(_ motion: MotionID?, _ event: AuditEvent) throws -> Int64 { try current().finish(motion, event) }
    func interruptedMotions() throws -> [Motion] { try current().interruptedMotions() }
    func nextMotion() throws -> MotionID { try current().nextMotion() }

    func entries(
        since: Int64, limit: Int
    ) throws -> (records: [StoreModel.AuditRecordModel], first: Int64, last: Int64) {
        let page = try current().entries(since: since, limit: limit)
        let records = try page.records.map {
            StoreModel.AuditRecordModel(seq: $0.seq, event: try #require($0.event))
        }
        return (records, page.first, page.last)
    }

    func refusal(_ error: any Error) -> StoreModel.Refusal? {
        switch error as? StoreError {
        case .outOfBounds: .outOfBounds
        case .motionReused: .motionReused
        default: nil
        }
    }

    mutating func restart() throws {
        store = nil
        store = try openStore(path)
    }
}

@Suite("The store against its model")
struct ContractTests {
    @Test("Random operations get the same answers", arguments: 1...6 as ClosedRange<UInt64>)
    func random(_ standard: UInt64) throws {
        let seed = seed(standard)
        let directory = try TemporaryDirectory()
        var store = StoreOnDisk(path: directory.store, store: try openStore(directory.store))
        var contract = StoreContract(seed: seed)
        let difference = try contract.run(3_000, on: &store)
        #expect(difference == nil, "MORTISE_SEED=\(seed)")
    }
}
