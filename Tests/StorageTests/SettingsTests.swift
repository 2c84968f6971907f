import LockCore
import Storage
import Testing

@Suite("Settings and calibration")
struct SettingsTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Changes the file behind the store's back.
    private func tamper(_ sql: String) throws {
        let database = try Database(path: directory.store)
        try database.execute(sql)
    }

    @Test("A new store has none")
    func none() throws {
        let store = try openStore(directory.store)
        #expect(try store.loadSettings() == nil)
        #expect(try store.loadCalibration() == nil)
        #expect(store.takeProblems().isEmpty)
    }

    @Test(
        "Settings survive closing and opening",
        arguments: [
            Settings(), fullSettings,
            Settings(mode: .lockOut, autoRelockMilliseconds: 5_000, doorAjarMilliseconds: 14_400_000),
        ])
    func roundTrip(_ settings: Settings) throws {
        try openStore(directory.store).saveSettings(fullSettings)
        try openStore(directory.store).saveSettings(settings)
        let store = try openStore(directory.store)
        #expect(try store.loadSettings() == settings)
    }

    @Test("Calibration survives closing and opening, and can be forgotten")
    func calibration() throws {
        try openStore(directory.store).saveCalibration(
            Calibration(extendNanoseconds: 1, retractNanoseconds: 60_000_000_000))
        try openStore(directory.store).saveCalibration(fullCalibration)
        #expect(try openStore(directory.store).loadCalibration() == fullCalibration)
        try openStore(directory.store).saveCalibration(nil)
        #expect(try openStore(directory.store).loadCalibration() == nil)
    }

    @Test("Saving what is already saved writes nothing")
    func same() throws {
        let store = try openStore(directory.store)
        try store.saveSettings(fullSettings)
        try store.saveCalibration(fullCalibration)
        let changes = store.totalChanges
        let log = try bytes(of: directory.store + "-wal")
        try store.saveSettings(fullSettings)
        try store.saveCalibration(fullCalibration)
        #expect(store.totalChanges == changes)
        #expect(try bytes(of: directory.store + "-wal") == log)
    }

    @Test("What is out of bounds is not saved, and what was saved stays")
    func refused() throws {
        let store = try openStore(directory.store)
        try store.saveSettings(fullSettings)
        try store.saveCalibration(fullCalibration)
        let error = #expect(throws: StoreError.self) { try store.saveSettings(Settings(autoRelockMilliseconds: 4_999)) }
        #expect(error.map { "\($0)" } == "not saved: auto-relock 4999 ms is outside 5 s to 4 h")
        for time in [0, -1, 60_000_000_001, .max] as [Int64] {
            #expect(throws: StoreError.self) {
                try store.saveCalibration(Calibration(extendNanoseconds: 1, retractNanoseconds: time))
            }
        }
        #expect(try store.loadSettings() == fullSettings)
        #expect(try store.loadCalibration() == fullCalibration)
    }

    @Test(
        "Stored settings that are out of bounds or unknown count as none and are reported, until they are saved again",
        arguments: [
            ("auto_relock_ms = 4999", "auto-relock 4999 ms is outside 5 s to 4 h"),
            ("auto_relock_ms = -9223372036854775808", "auto-relock -9223372036854775808 ms is outside 5 s to 4 h"),
            ("door_ajar_ms = 14400001", "door-ajar 14400001 ms is outside 10 s to 4 h"),
            ("mode = 'party'", "the mode \"party\" is unknown"),
        ])
    func unusable(_ change: String, _ reason: String) throws {
        try openStore(directory.store).saveSettings(fullSettings)
        try tamper("UPDATE settings SET \(change)")
        let store = try openStore(directory.store)
        #expect(try store.loadSettings() == nil)
        #expect(store.takeProblems() == [.settingsUnusable(reason)])
        #expect(store.takeProblems().isEmpty)
        try store.saveSettings(fullSettings)
        #expect(try store.loadSettings() == fullSettings)
    }

    @Test(
        "A stored calibration out of bounds counts as none and is reported",
        arguments: [0, -5, 60_000_000_001, Int64.max])
    func unusableCalibration(_ time: Int64) throws {
        try openStore(directory.store).saveCalibration(fullCalibration)
        try tamper("UPDATE calibration SET extend_ns = \(time)")
        let store = try openStore(directory.store)
        #expect(try store.loadCalibration() == nil)
        #expect(store.takeProblems() == [.calibrationUnusable("a stroke time of \(time) ns is outside 1 ns to 60 s")])
    }
}
