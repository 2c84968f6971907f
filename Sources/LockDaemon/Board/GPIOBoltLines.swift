package import Configuration
package import GPIO
package import LockCore

/// The motor's outputs and the inputs that end a stroke, on the kernel's GPIO interface.
///
/// `@unchecked Sendable`: confined to the bolt thread, once made. Allocates nothing after ``init(_:on:)``, but for errors.
package final class GPIOBoltLines: BoltLines, @unchecked Sendable {
    package let eventDescriptor: Int32

    private let outputs: LineRequest
    private var inputs: LineRequest
    /// What each line of ``inputs`` is.
    private let roles: [BoltLine]
    private let watched: UInt64
    /// Bits of the bridge's inputs for every bridge state, as this board's motor is connected.
    private let bridge: (coast: UInt64, extend: UInt64, retract: UInt64, brake: UInt64)
    /// Bits, that is positions, of ``outputs``.
    private static let in1: UInt64 = 1 << 0
    private static let in2: UInt64 = 1 << 1
    private static let awake: UInt64 = 1 << 2

    /// Edges that the kernel keeps for the bolt thread. A switch that chatters at 10 kHz fills it in 25 ms, which is longer than
    /// the thread is ever kept waiting on a board that works.
    private static let eventBuffer: UInt32 = 256

    /// Takes the lines. The outputs are inactive from the moment they are this process's.
    package init(_ profile: BoardProfile, on chip: borrowing Chip) throws(GPIOError) {
        // The order of the bits above.
        outputs = try chip.request(
            [profile.lines.motorIn1, profile.lines.motorIn2, profile.lines.motorSleep].map { line in
                Chip.Wish(line.name, .output(activeLow: line.isActiveLow))
            },
            consumer: GPIOBoard.consumer)
        let fitted: [(role: BoltLine, line: GPIOLine)] = BoltLine.allCases.compactMap { role in
            Self.line(of: role, in: profile.lines).map { (role, $0) }
        }
        inputs = try chip.request(
            // Raw edges: the bolt thread brakes on the first, and debounces what it reports itself.
            fitted.map { Chip.Wish($0.line.name, .watched($0.line)) },
            consumer: GPIOBoard.consumer, eventBuffer: Self.eventBuffer)
        roles = fitted.map(\.role)
        watched = fitted.indices.reduce(0) { $0 | 1 << UInt64($1) }
        func bits(_ state: Bridge) -> UInt64 {
            let inputs = profile.inputs(for: state)
            return (inputs.in1 ? Self.in1 : 0) | (inputs.in2 ? Self.in2 : 0)
        }
        bridge = (coast: bits(.coast), extend: bits(.extend), retract: bits(.retract), brake: bits(.brake))
        eventDescriptor = try inputs.eventDescriptor()
    }

    package func set(_ output: BridgeOutput) throws(BoardError) {
        var values =
            switch output.bridge {
            case .coast: bridge.coast
            case .extend: bridge.extend
            case .retract: bridge.retract
            case .brake: bridge.brake
            }
        if output.isAwake { values |= Self.awake }
        do throws(GPIOError) {
            try outputs.set(Self.in1 | Self.in2 | Self.awake, to: values)
        } catch {
            throw BoardError(error)
        }
    }

    package func levels() throws(BoardError) -> BoltLevels {
        let active: UInt64
        do throws(GPIOError) {
            active = try inputs.get(watched)
        } catch {
            throw BoardError(error)
        }
        var levels = BoltLevels(limits: LimitReading(extended: false, retracted: false))
        for index in roles.indices { levels[roles[index]] = active >> UInt64(index) & 1 != 0 }
        return levels
    }

    package func nextEvent() throws(BoardError) -> BoltEvent? {
        let edge: EdgeEvent?
        do throws(GPIOError) {
            edge = try inputs.nextEvent()
        } catch {
            throw BoardError(error)
        }
        guard let edge else { return nil }
        // The levels are read again then, and this edge is in them.
        guard edge.missedBefore == 0 else { return .lost }
        return .edge(
            roles[edge.line], isActive: edge.isActive,
            at: KernelClock.now().boot(ofMonotonic: edge.timestampNanoseconds))
    }

    private static func line(of role: BoltLine, in lines: BoardLines) -> GPIOLine? {
        switch role {
        case .extendedLimit: lines.limitExtended
        case .retractedLimit: lines.limitRetracted
        case .driverFault: lines.driverFault
        case .stall: lines.stall
        }
    }
}
