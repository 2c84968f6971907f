package import LockCore

extension VirtualLock {
    /// The longest that things take between the kernel and the core.
    package struct Latency: Hashable, Sendable {
        package var loop: Duration = .microseconds(400)
        package var timer: Duration = .milliseconds(1)
        package var store: ClosedRange<Int64> = 500_000...9_000_000
        /// Power back to the first input.
        package var boot: Duration = .milliseconds(300)
        /// The daemon's start to the store opened: commands may come in between.
        package var open: Duration = .milliseconds(20)

        package init() {}
    }

    /// What a power cut wipes.
    package struct Computer: Hashable, Sendable {
        package let bootedAt: Instant
        package internal(set) var device: Device
        package internal(set) var driver: BoltDriver
        /// The bolt's lines as the bolt thread has told of them.
        package internal(set) var boltLines: BoltLevels
        /// When the store will have been read and the first input can be given.
        var bootsAt: Instant?
        var timers: [TimerID: ArmedTimer] = [:]
        var inbox: [PendingInput] = []
        /// What the bolt thread has posted; it may be held up while others are not.
        var reports: [PendingInput] = []
        var door: SwitchDebouncer
        var tamper: SwitchDebouncer
        var button: SwitchDebouncer
        var lastBattery: BatteryReading

        mutating func note(_ report: Input) {
            switch report {
            case .limits(let reading): boltLines.limits = reading
            case .driverFault(let isFaulted): boltLines.driverFault = isFaulted
            default: break
            }
        }

        package func bootTime(_ world: Instant) -> Instant {
            Instant(nanoseconds: world.nanoseconds - bootedAt.nanoseconds)
        }

        package func worldTime(_ boot: Instant) -> Instant {
            Instant(nanoseconds: boot.nanoseconds + bootedAt.nanoseconds)
        }
    }

    struct ArmedTimer: Hashable, Sendable {
        var deadline: Instant
        var firesAt: Instant
    }

    struct PendingInput: Hashable, Sendable {
        var at: Instant
        var input: Input
    }
}
