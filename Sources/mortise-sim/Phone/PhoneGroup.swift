import ArgumentParser

struct PhoneGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phone",
        abstract: "Be a phone: pair with the simulated lock, and use it over its own protocol.",
        discussion: """
            What a phone's app would do, over the simulator's socket instead of Bluetooth: the same secure channel, messages and \
            answers. The simulator runs in another terminal. --phone NAME is another phone, with a key of its own; a phone's \
            private key and what it knows of the lock are in a file of its own below the simulator's directory.

            Exit codes are those of mortise: 0 done, 1 refused, 2 failed, 3 no answer in time, 64 usage, 69 the lock cannot be \
            reached, 76 its answer cannot be understood.
            """,
        subcommands: [
            PairPhone.self, PhoneStatus.self, LockByPhone.self, UnlockByPhone.self, WatchByPhone.self, PhoneKeys.self,
            InviteByPhone.self, PhoneInvitations.self, PhoneLog.self, PhoneWitness.self, PhoneSettings.self,
            PhoneClock.self,
            CalibrateByPhone.self, AcknowledgeByPhone.self, ResetByPhone.self, ForgetLock.self,
        ])
}
