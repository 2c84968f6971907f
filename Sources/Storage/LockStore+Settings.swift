package import LockCore

extension LockStore {
    /// The settings; nil when none were saved, or, with a problem reported, when they cannot be used.
    package func loadSettings() throws(StoreError) -> Settings? {
        let row = try reading { () throws(SQLiteError) -> (mode: String, settings: Settings)? in
            defer { statements.loadSettings.reset() }
            guard try statements.loadSettings.step() else { return nil }
            let settings = Settings(
                autoRelockMilliseconds: statements.loadSettings.optionalInteger(1),
                doorAjarMilliseconds: statements.loadSettings.optionalInteger(2))
            return (statements.loadSettings.text(0), settings)
        }
        guard let row else { return nil }
        guard let mode = OperatingMode(rawValue: row.mode) else {
            report(.settingsUnusable("the mode \"\(row.mode)\" is unknown"))
            return nil
        }
        var settings = row.settings
        settings.mode = mode
        if let complaint = settings.complaint() {
            report(.settingsUnusable(complaint))
            return nil
        }
        return settings
    }

    /// Saves the settings. Saving what is already saved writes nothing.
    package func saveSettings(_ settings: Settings) throws(StoreError) {
        if let complaint = settings.complaint() { throw .outOfBounds(complaint) }
        try transaction { () throws(SQLiteError) in
            defer { statements.saveSettings.reset() }
            try statements.saveSettings.bind(1, settings.mode.rawValue)
            try statements.saveSettings.bind(2, settings.autoRelockMilliseconds)
            try statements.saveSettings.bind(3, settings.doorAjarMilliseconds)
            try statements.saveSettings.run()
        }
    }

    /// The calibration; nil when none was saved, or, with a problem reported, when it cannot be used.
    package func loadCalibration() throws(StoreError) -> Calibration? {
        let calibration = try reading { () throws(SQLiteError) -> Calibration? in
            defer { statements.loadCalibration.reset() }
            guard try statements.loadCalibration.step() else { return nil }
            return Calibration(
                extendNanoseconds: statements.loadCalibration.integer(0),
                retractNanoseconds: statements.loadCalibration.integer(1))
        }
        guard let calibration else { return nil }
        if let complaint = Self.complaint(about: calibration) {
            report(.calibrationUnusable(complaint))
            return nil
        }
        return calibration
    }

    /// Saves the calibration, or forgets it. Saving what is already saved writes nothing.
    package func saveCalibration(_ calibration: Calibration?) throws(StoreError) {
        if let calibration, let complaint = Self.complaint(about: calibration) { throw .outOfBounds(complaint) }
        try transaction { () throws(SQLiteError) in
            guard let calibration else { return try statements.deleteCalibration.run() }
            defer { statements.saveCalibration.reset() }
            try statements.saveCalibration.bind(1, calibration.extendNanoseconds)
            try statements.saveCalibration.bind(2, calibration.retractNanoseconds)
            try statements.saveCalibration.run()
        }
    }

    private static func complaint(about calibration: Calibration) -> String? {
        for time in [calibration.extendNanoseconds, calibration.retractNanoseconds]
        where !StoreLimits.calibrationNanoseconds.contains(time) {
            return "a stroke time of \(time) ns is outside 1 ns to 60 s"
        }
        return nil
    }
}
