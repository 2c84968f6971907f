/// The closed registry: what may be recorded, why, how finely, for how long and until when.
package enum Registry {
    /// Ours. A month is long enough for a lock that sends daily to get over an outage, and for its owner to see what was kept.
    package static let retentionDays = 30

    /// Ours: the item's need is argued again before this day is over. 2028-12-31.
    static let review = 21_549

    package static var entries: [RegistryEntry] { ItemID.allCases.compactMap { entry(for: $0) } }

    /// nil only if the review's day were none; a test holds that every item has its entry.
    package static func entry(for item: ItemID) -> RegistryEntry? {
        guard let expires = Day(number: Int32(review)) else { return nil }
        return switch item {
        case .deviceModel:
            RegistryEntry(
                item: item, title: "Device model", category: .device,
                source: "Device information: \"device model\"",
                recorded: "a code from a closed list of models",
                precision: "no hardware revision, no serial number",
                purposes: .own([.service, .technical, .support, .safety], switchedBy: .diagnostics),
                retention: .days(retentionDays), expires: expires, owner: .firmware,
                reason: "A failure can be told from a model's weakness only by model.", erasure: .byInstallID)
        case .osVersion:
            RegistryEntry(
                item: item, title: "OS version", category: .device,
                source: "Device information: \"operating system version\"",
                recorded: "major.minor.patch of VERSION_ID",
                precision: "three numbers of at most four digits; no name, build or host",
                purposes: .own([.technical, .support, .safety], switchedBy: .diagnostics),
                retention: .days(retentionDays), expires: expires, owner: .firmware,
                reason: "Faults come and go with the system's version.", erasure: .byInstallID)
        case .softwareVersion:
            RegistryEntry(
                item: item, title: "Software version", category: .software,
                source: "Software information: \"the version number of the device software\"",
                recorded: "major.minor.patch of the lock's program",
                precision: "three numbers; no pre-release, no build",
                purposes: .own([.technical, .support, .safety], switchedBy: .diagnostics),
                retention: .days(retentionDays), expires: expires, owner: .firmware,
                reason: "Whether a fault is mended shows by version.", erasure: .byInstallID)
        case .installID:
            RegistryEntry(
                item: item, title: "Install id", category: .device,
                source: "Device information: \"unique device identifier\"",
                recorded: "a random UUID, new for every consent epoch",
                precision: "never made of a serial number or an address; one consent cannot be linked with the next",
                purposes: .own([.service, .technical, .support], switchedBy: .diagnostics),
                retention: .untilWithdrawn, expires: expires, owner: .privacy,
                reason: "Without it nothing that was sent could be found again to erase it.", erasure: .rotated)
        case .battery:
            RegistryEntry(
                item: item, title: "Battery", category: .device,
                source: "Device information: \"battery\"",
                recorded: "the level in steps of 5 %",
                precision: "once a day, or on falling to 20 % or 10 %; finer or oftener would tell of use",
                purposes: .own([.technical, .support], switchedBy: .diagnostics),
                retention: .days(retentionDays), expires: expires, owner: .support,
                reason: "A battery that empties early is found before the door stays shut.", erasure: .byInstallID)
        case .serviceFailures:
            RegistryEntry(
                item: item, title: "Service failures", category: .serviceLog,
                source: "Service log information: \"service failure information\"",
                recorded:
                    "a code from a closed list of hardware and service failures, and a count for the day (10 is ten or more)",
                precision: "no time of day, no text, nothing that tells of presence or access",
                purposes: .own([.technical, .support, .improvement], switchedBy: .diagnostics),
                retention: .days(retentionDays), expires: expires, owner: .support,
                reason: "A part that begins to fail is found, and mended in the next version.", erasure: .byInstallID)
        case .day:
            RegistryEntry(
                item: item, title: "Day", category: .serviceLog,
                source: "as the item it dates",
                recorded: "the calendar day (UTC) of a record",
                precision: "never a finer time",
                purposes: .asDatedItem, retention: .asDatedItem, expires: expires, owner: .privacy,
                reason: "What is undated cannot grow old.", erasure: .byInstallID)
        case .location:
            RegistryEntry(
                item: item, title: "Location", category: .location,
                source: "Location information: \"When you use location-related services\"",
                recorded: "a geohash of 5 characters, once per change",
                precision: "a cell of about 5 km, snapped once and remembered; never a position",
                purposes: .own([.service], switchedBy: .location),
                retention: .untilWithdrawn, expires: expires, owner: .privacy,
                reason: "A service of the region can be offered; a door does not move.", erasure: .byInstallID)
        }
    }
}

extension RegistryEntry {
    /// The switch that permits it; nil: that of the item it dates.
    ///
    /// Never inlined, nor are the next two: where the optimiser of Swift 6.2.3 or 6.3.1 has looked into the purposes of one entry inside a loop
    /// over all, it crashes (CopyPropagation leaves a use behind the end of a borrow).
    @inline(never)
    package var consentSwitch: ConsentSwitch? {
        if case .own(_, let consentSwitch) = purposes { consentSwitch } else { nil }
    }

    /// Its own purposes; none for what only dates another item.
    @inline(never)
    package var ownPurposes: Set<Purpose> { if case .own(let own, _) = purposes { own } else { [] } }

    /// Days that a record is kept; nil: until consent is withdrawn.
    @inline(never)
    package var retentionDays: Int? { if case .days(let days) = retention { days } else { nil } }
}
