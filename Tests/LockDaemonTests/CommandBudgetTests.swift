import LockCore
import SystemdRuntime
import TestBus
import Testing

@testable import LockDaemon

@Suite struct CommandBudgetTests {
    private static let user = Origin.local(user: 1000)

    private static func spend(_ budget: inout CommandBudget, _ origin: Origin, at now: Instant) -> Int {
        var taken = 0
        while budget.take(for: origin, at: now) { taken += 1 }
        return taken
    }

    @Test func `a burst is taken at once, and then one a minute, for each user by himself`() {
        var budget = CommandBudget()
        let start = Instant.zero + .seconds(1000)
        var taken: [Int] = []
        for seconds in [0, 59, 60, 179, 180, 100_000] {
            taken.append(Self.spend(&budget, Self.user, at: start + .seconds(seconds)))
        }
        #expect(taken == [CommandBudget.burst, 0, 1, 1, 1, CommandBudget.burst])
        let other = Self.spend(&budget, .key(1), at: start)
        #expect(other == CommandBudget.burst)
    }

    @Test func `a crowd of users takes no more memory than there are places, and nobody gains by it`() {
        var budget = CommandBudget()
        let now = Instant.zero
        _ = Self.spend(&budget, Self.user, at: now)
        for number in 0..<UInt32(10 * CommandBudget.userLimit) {
            let isTaken = budget.take(for: .key(number), at: now)
            #expect(isTaken)
        }
        let isTaken = budget.take(for: Self.user, at: now)
        #expect(!isTaken)
    }

    @Test func `what moves the bolt is told from what is only written down`() {
        var device = Device(configuration: DeviceConfiguration())
        func costsNothing(_ command: Command) -> Bool {
            device.wouldOnlyBeWrittenDown(command, from: Self.user, at: .zero)
        }
        #expect(!costsNothing(.unlock))
        _ = device.handle(
            .boot(BootFacts(limits: LimitReading(extended: false, retracted: true))), at: .zero)
        #expect(costsNothing(.unlock))
        #expect(costsNothing(.acknowledgeAlarms))
        #expect(costsNothing(.configure(Settings())))
        #expect(!costsNothing(.lock))
        // Nothing has moved yet: turning it round again and again would fill the log.
        _ = device.handle(.command(.lock, from: Self.user, id: RequestID(1)), at: .zero)
        #expect(costsNothing(.unlock))
        #expect(costsNothing(.lock))
        _ = device.handle(.journaled(MotionID(1), stored: true), at: .zero)
        #expect(costsNothing(.unlock))
        guard case .waking(_, let deadline) = device.stroke?.phase else { return #expect(Bool(false)) }
        _ = device.handle(.timer(.stroke, deadline: deadline), at: deadline)
        #expect(!device.wouldOnlyBeWrittenDown(.unlock, from: Self.user, at: deadline))
        _ = device.handle(.command(.unlock, from: Self.user, id: RequestID(2)), at: deadline)
        #expect(device.wouldOnlyBeWrittenDown(.lock, from: Self.user, at: deadline))
    }

    @Test func `root and whoever stands inside have no budget, and a refusal says when to ask again`() {
        var budget = CommandBudget()
        var device = Device(configuration: DeviceConfiguration())
        _ = device.handle(.boot(BootFacts(limits: LimitReading(extended: false, retracted: true))), at: .zero)
        for origin in [Origin.local(user: 0), .insideButton, .autoRelock] {
            for _ in 0..<(2 * CommandBudget.burst) {
                let isAdmitted = budget.admits(.unlock, from: origin, to: device, at: .zero)
                #expect(isAdmitted)
            }
        }
        var admitted = 0
        while budget.admits(.unlock, from: Self.user, to: device, at: .zero) { admitted += 1 }
        #expect(admitted == CommandBudget.burst)
        let locks = budget.admits(.lock, from: Self.user, to: device, at: .zero)
        #expect(locks)
        #expect(CommandBudget.refusal.name == "org.mortise.Error.Busy")
        #expect(CommandBudget.refusal.message.hasPrefix("refused: this user has asked 30 times"))
    }

    @Test func `without a journal a lock is only written down, and an unlock moves`() {
        var device = Device(configuration: DeviceConfiguration())
        _ = device.handle(.boot(BootFacts(limits: LimitReading(extended: false, retracted: false))), at: .zero)
        _ = device.handle(.command(.lock, from: Self.user, id: RequestID(1)), at: .zero)
        _ = device.handle(.journaled(MotionID(1), stored: false), at: .zero)
        #expect(device.wouldOnlyBeWrittenDown(.lock, from: Self.user, at: .zero))
        #expect(!device.wouldOnlyBeWrittenDown(.unlock, from: Self.user, at: .zero))
    }
}

extension DaemonTests {
    @Suite struct FloodTests {
        @Test func `whoever asks again and again for what is so leaves no more entries, and can still lock and unlock`()
            throws
        {
            let bus = try PrivateBus()
            let passedOver = try BlockingMailbox<Command>(capacity: 8)
            let daemon = try RunningDaemon(bus: bus.address) {
                $0.onPassedOver = { command, _ in _ = passedOver.send(command) }
            }
            let client = try Client(bus.address)
            try daemon.booted()
            let user = Origin.local(user: 1000)
            for _ in 0..<CommandBudget.burst {
                #expect(daemon.handle.send(.unlock, from: user))
                try daemon.turn { if case .command = $0.input { true } else { false } }
            }
            // Passed over, all three; what moves the bolt is not.
            for command in [Command.unlock, .unlock, .acknowledgeAlarms] {
                #expect(daemon.handle.send(command, from: user))
            }
            #expect(daemon.handle.send(.lock, from: user))
            try daemon.state(.locked)
            #expect(daemon.handle.send(.unlock, from: user))
            try daemon.state(.unlocked)
            for command in [Command.unlock, .unlock, .acknowledgeAlarms] {
                guard case .message(command) = passedOver.receive(timeout: .zero) else {
                    Issue.record("\(command) is not said to be passed over")
                    continue
                }
            }
            // Nobody else pays for it: not root, and not whoever stands inside.
            #expect(try client.texts(client.lock.call("Unlock")) == ["unlocked", ""])
            daemon.board.loopLines.pressButton()
            try daemon.turn { $0.input == .insideButton(isPressed: true) }
            let entries = try client.audit()
            let unlocks = Array(repeating: "unlock", count: CommandBudget.burst)
            #expect(entries.map(\.action) == ["boot"] + unlocks + ["lock", "unlock", "unlock", "unlock"])
            #expect(entries.suffix(4).map(\.origin) == ["local:1000", "local:1000", "local:0", "inside-button"])
            #expect(try daemon.stop() == .stopped)
        }
    }
}
