import Configuration
import GPIO
import Glibc
import LockCore
import LockDaemon
import Testing

/// The daemon's ports on the kernel's gpio-sim.
@Suite(.enabled(if: SimulatedChip.isAvailable, SimulatedChip.reason), .serialized)
struct GPIOBoardTests {
    /// By offset.
    static let names = ["IN1", "IN2", "SLEEP", "OUT", "IN", "FAULT", "DOOR", "CASE", "BUTTON"]

    static func profile(_ chip: String, _ change: (String) -> String = { $0 }) throws -> BoardProfile {
        let text = """
            [Board]
            name=Test board
            compatible=mortise,test
            [GPIO]
            chip=\(chip)
            motor-in1=IN1
            motor-in2=IN2
            motor-sleep=SLEEP
            limit-extended=OUT
            limit-retracted=IN
            driver-fault=FAULT, active-low
            stall=none
            door=DOOR
            tamper=none
            inside-button=BUTTON
            [Motor]
            extend=in1
            debounce=20ms
            [Battery]
            supply=none
            """
        return try BoardProfile.parse(change(text), file: "test.conf").get()
    }

    /// A board whose driver has no fault.
    private func board(
        _ simulated: SimulatedChip, _ change: (String) -> String = { $0 }
    ) throws -> GPIOBoard {
        try simulated.pull(5, up: true)
        return try GPIOBoard(Self.profile(simulated.label, change)) { Issue.record("\($0)") }
    }

    private func bridge(_ simulated: SimulatedChip) throws -> [Bool] {
        try [simulated.isHigh(0), simulated.isHigh(1), simulated.isHigh(2)]
    }

    @Test func `nothing is driven by taking the lines, whatever they were`() throws {
        let simulated = try SimulatedChip(Self.names)
        for line in 0..<3 { try simulated.pull(line, up: true) }
        let board = try board(simulated)
        let outputs = try bridge(simulated)
        #expect(outputs == [false, false, false])
        withExtendedLifetime(board) {}
    }

    @Test(arguments: [BridgeInput.in1, .in2])
    func `the bridge is set as the motor is connected`(extend: BridgeInput) throws {
        let simulated = try SimulatedChip(Self.names)
        let board = try board(simulated) { $0.replacing("extend=in1", with: "extend=\(extend.rawValue)") }
        let isFirst = extend == .in1
        let table: [(Bridge, [Bool])] = [
            (.coast, [false, false]), (.extend, [isFirst, !isFirst]), (.retract, [!isFirst, isFirst]),
            (.brake, [true, true]),
        ]
        for isAwake in [true, false] {
            for (state, inputs) in table {
                try board.boltLines.set(BridgeOutput(bridge: state, isAwake: isAwake))
                #expect(try bridge(simulated) == inputs + [isAwake])
            }
        }
    }

    @Test func `levels are the roles', and a line that the board lacks is inactive`() throws {
        let simulated = try SimulatedChip(Self.names)
        let board = try board(simulated)
        #expect(try board.boltLines.levels() == BoltLevels(limits: LimitReading(extended: false, retracted: false)))
        try simulated.pull(4, up: true)
        try simulated.pull(5, up: false)
        #expect(
            try board.boltLines.levels()
                == BoltLevels(limits: LimitReading(extended: false, retracted: true), driverFault: true))
    }

    @Test func `a raw edge comes with its boot time`() throws {
        let simulated = try SimulatedChip(Self.names)
        let lines = try board(simulated).boltLines
        #expect(try lines.nextEvent() == nil)
        let before = BootClock.now()
        try simulated.pull(3, up: true)
        try #require(isReadable(lines.eventDescriptor))
        let after = BootClock.now()
        guard case .edge(let line, let isActive, let at) = try lines.nextEvent() else {
            Issue.record("no edge")
            return
        }
        #expect(line == .extendedLimit)
        #expect(isActive)
        // Reading two clocks is not one moment.
        let tolerance: Duration = .milliseconds(5)
        #expect(at + tolerance > before)
        #expect(at < after + tolerance)
    }

    @Test(.enabled(if: Capabilities.current.sequenceNumbers, "this libgpiod does not number events"))
    func `lost edges are told, and then the levels are what counts`() throws {
        let simulated = try SimulatedChip(Self.names)
        let lines = try board(simulated).boltLines
        for change in 0..<2_001 { try simulated.pull(3, up: change % 2 == 0) }
        var lost = 0
        while let event = try lines.nextEvent() { if event == .lost { lost += 1 } }
        #expect(lost >= 1)
        #expect(try lines.levels().limits.extended)
    }

    @Test func `door and button are believed when they have come to rest`() throws {
        let simulated = try SimulatedChip(Self.names)
        let lines = try board(simulated).loopLines
        #expect(try lines.levels() == LoopLevels())
        for up in [true, false, true, false, true] { try simulated.pull(8, up: up) }
        var events: [LoopLineEvent] = []
        while events.isEmpty {
            try #require(isReadable(lines.eventDescriptor))
            while let event = try lines.nextEvent() { events.append(event) }
        }
        #expect(events == [.changed(.insideButton, isActive: true)])
        #expect(try lines.levels() == LoopLevels(isButtonPressed: true))
    }

    @Test func `a board without door, case and button has a descriptor that is never readable`() throws {
        let simulated = try SimulatedChip(Self.names)
        let lines = try board(simulated) {
            $0.replacing("door=DOOR", with: "door=none").replacing("inside-button=BUTTON", with: "inside-button=none")
        }.loopLines
        try simulated.pull(8, up: true)
        #expect(!isReadable(lines.eventDescriptor, within: 0))
        #expect(try lines.levels() == LoopLevels())
        #expect(try lines.nextEvent() == nil)
    }

    @Test func `a board that lacks a line of the profile says which, and keeps none`() throws {
        let simulated = try SimulatedChip(Self.names)
        let error = #expect(throws: GPIOBoardError.self) {
            _ = try board(simulated) { $0.replacing("door=DOOR", with: "door=DOOOR") }
        }
        #expect(error?.mayPass == false)
        #expect(error?.description.contains("could not find line DOOOR of chip \(simulated.label)") == true)
        let chip = try Chip(label: simulated.label)
        let users = try chip.lines().filter(\.isUsed)
        #expect(users.isEmpty)
    }

    @Test func `a check names every line and takes none`() throws {
        let simulated = try SimulatedChip(Self.names, hogs: [6: "somebody"])
        let check = BoardCheck(try Self.profile(simulated.label))
        #expect(check.isWell)
        #expect(check.text.contains("door: DOOR, offset 6, input now, in use by \"somebody\""), "\(check.text)")
        #expect(check.text.contains("motor-in1: IN1, offset 0, input now, free"))
        #expect(check.text.contains("tamper: none on this board"))
        let chip = try Chip(label: simulated.label)
        let line = try chip.line(named: "IN1")
        #expect(!line.isUsed)
    }
}
