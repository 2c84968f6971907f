extension Words {
    package static func battery(_ report: LockReport) -> String {
        guard report.batteryPercent >= 0 else {
            return report.batteryState == "level" ? "unknown" : report.batteryState
        }
        guard report.batteryMillivolts >= 0 else { return "\(report.batteryPercent) %" }
        let volts = TimeText.decimal(UInt64(report.batteryMillivolts), per: 1_000, digits: 3)
        return "\(report.batteryPercent) %, \(volts) V"
    }
}
