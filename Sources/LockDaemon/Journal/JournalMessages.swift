package import SystemdRuntime

/// The kinds of entry that the daemon writes to the system's journal. Each has a fixed message id, and the catalogue in
/// `board/systemd/mortise.catalog` explains it (`journalctl -x`).
///
/// None carries a key, a name or an access event: that somebody locked or unlocked is in the owner's audit log and nowhere else. What
/// only shows when somebody does is told once or late, so that the time of the entry does not give it away either.
package enum JournalMessages: String, CaseIterable, Sendable {
    /// The daemon is ready: bolt, store and bus have been looked at.
    case started
    /// The daemon has ended in order; the motor is off.
    case stopped
    /// A stroke was given up after its retries.
    case jammed
    /// A sensor or the driver cannot be believed.
    case fault
    /// What was latched has been disproved.
    case faultCleared
    /// An alarm began.
    case alarm
    /// An alarm ended.
    case alarmEnded
    /// The store was damaged and was set aside.
    case storeQuarantined
    /// The store cannot be used now.
    case storeUnavailable
    /// Something in the store was not usable, and was survived.
    case storeProblem
    /// Audit entries were given up.
    case auditLost
    /// A motion was not journaled in time.
    case journalUnavailable
    /// The bolt thread has no real-time priority, or memory is not locked.
    case realtimeNotPermitted
    /// There is no message bus; the inside button still unlocks.
    case busUnavailable
    /// The message bus is there again.
    case busAvailable
    /// The kernel refused something on the board's lines.
    case boardFailed
    /// A thread of the daemon does not take its work.
    case threadStuck
    /// The groups that may use the lock do not exist.
    case groupsMissing
    /// The battery gauge cannot be read, or does not say when it has news.
    case gaugeUnreadable
    /// The service manager does not take what it is told.
    case serviceManagerDeaf
    /// Something that the daemon cannot be without could not be had.
    case cannotRun
    /// Phones are not let in: keys, or who the lock is, cannot be read.
    case phonesUnavailable
    /// Somebody holds the inside button to reset a lock whose last phone is lost.
    case resetAnnounced

    /// Made once with `systemd-id128 new`, never reused.
    package var id: JournalMessageID {
        switch self {
        case .started: JournalMessageID(0x843c_8377_6856_4705_8dc3_b406_1050_f6b0)
        case .stopped: JournalMessageID(0x2ec4_2b68_9bcc_403f_82d6_1bcc_23d0_6f39)
        case .jammed: JournalMessageID(0x87c7_4639_2a84_4fea_8446_3a91_5136_7b5d)
        case .fault: JournalMessageID(0x957c_935b_c0eb_41a8_ad6e_80c1_e01f_6eb9)
        case .faultCleared: JournalMessageID(0xfe9b_5341_c292_400e_80c3_5489_08c6_6336)
        case .alarm: JournalMessageID(0xe204_0a1a_cd30_4da3_b0c0_bc09_fd2a_e2d0)
        case .alarmEnded: JournalMessageID(0xd436_13c3_824e_4a30_8d87_9c83_3773_c98f)
        case .storeQuarantined: JournalMessageID(0x3c6d_59c1_f83b_4fba_b652_206a_f966_df32)
        case .storeUnavailable: JournalMessageID(0x3515_d85e_fb47_40e5_871d_947b_277c_0194)
        case .storeProblem: JournalMessageID(0xf6c3_341b_ffb0_4b31_aa55_58d1_4446_c22d)
        case .auditLost: JournalMessageID(0xb83a_abe7_c2a3_442a_bdeb_a975_c3c7_a0d1)
        case .journalUnavailable: JournalMessageID(0x2ff2_61ff_dbbe_4c37_afed_c212_1551_3636)
        case .realtimeNotPermitted: JournalMessageID(0x6243_6379_9204_4c41_b1f9_747e_2e0f_c921)
        case .busUnavailable: JournalMessageID(0x35f7_4333_09bf_44f3_91ba_7754_13ed_4888)
        case .busAvailable: JournalMessageID(0xbd98_7f6c_bca1_4119_a6c4_89fb_b36c_c3f8)
        case .boardFailed: JournalMessageID(0x5d2c_e2dd_9f68_433e_87ff_376a_741b_c9cc)
        case .threadStuck: JournalMessageID(0x6f52_10bf_f9e3_44d2_a9bd_5116_53ac_6693)
        case .groupsMissing: JournalMessageID(0x0d8e_7ec2_8224_4673_a015_1d34_bed8_76dd)
        case .gaugeUnreadable: JournalMessageID(0x2b9f_a6a4_f687_4186_8ea4_ac7c_899f_f344)
        case .serviceManagerDeaf: JournalMessageID(0x20a5_3b1e_3d29_4b17_9fbb_9ab6_bb3a_81f8)
        case .cannotRun: JournalMessageID(0x2284_f4a5_93a4_4ab2_b229_a82d_44dd_9525)
        case .phonesUnavailable: JournalMessageID(0x9ad0_ac92_5297_4aca_89b7_210a_8916_dbc9)
        case .resetAnnounced: JournalMessageID(0x1440_113e_b645_44cf_adfd_7931_563f_6862)
        }
    }

    package var priority: Journal.Priority {
        switch self {
        case .started, .stopped, .faultCleared, .alarmEnded, .busAvailable: .notice
        case .jammed, .fault, .storeQuarantined, .storeUnavailable, .auditLost, .boardFailed, .cannotRun,
            .phonesUnavailable:
            .error
        case .alarm, .resetAnnounced, .storeProblem, .journalUnavailable,
            .realtimeNotPermitted, .busUnavailable, .groupsMissing, .gaugeUnreadable, .serviceManagerDeaf:
            .warning
        case .threadStuck: .critical
        }
    }
}

extension Journal {
    /// Writes one entry of a known kind.
    func write(
        _ kind: JournalMessages, _ message: String, fields: KeyValuePairs<String, String> = [:]
    ) {
        write(kind.priority, message, id: kind.id, fields: fields)
    }
}
