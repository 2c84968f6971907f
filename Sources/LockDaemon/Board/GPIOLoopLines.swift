package import Configuration
package import GPIO
internal import LockCore
internal import SystemdRuntime

/// Door, tamper switch and inside button on the kernel's GPIO interface. The kernel debounces them where libgpiod can ask it to,
/// otherwise ``LoopDebouncer`` does.
///
/// `@unchecked Sendable`: confined to the loop's thread, once made.
package final class GPIOLoopLines: LoopLines, @unchecked Sendable {
    package let eventDescriptor: Int32

    /// The fitted lines, in the order of the request.
    private let lines: [LoopLine]
    private var inputs: LineRequest?
    private var debouncer: LoopDebouncer?
    /// For the debouncer's deadline. Without one it is never armed, and stands in for the lines of a board that has none.
    private let timer: BootTimerDescriptor
    /// Over the request's descriptor and the timer; only with a debouncer.
    private let both: DescriptorGroup?

    /// Edges that the kernel keeps for the loop: these lines change a few times a minute, and a full buffer is noticed.
    private static let eventBuffer: UInt32 = 64
    /// Raw edges taken in one call: a switch that chatters must not keep the loop.
    private static let edgesAtOnce = 64

    /// Takes the lines. All of them may be absent.
    package init(_ profile: BoardProfile, on chip: borrowing Chip) throws(GPIOError) {
        let fitted: [(role: LoopLine, line: GPIOLine)] = LoopLine.allCases.compactMap { role in
            Self.line(of: role, in: profile.lines).map { (role, $0) }
        }
        lines = fitted.map(\.role)
        do throws(SystemdError) {
            timer = try BootTimerDescriptor()
        } catch {
            throw GPIOError(.readEvents, chip: chip.label, errno: error.errno)
        }
        guard !fitted.isEmpty else {
            both = nil
            eventDescriptor = timer.rawValue
            return
        }
        let period = profile.stroke.debounce
        let isDebounced = Capabilities.current.debounce
        let request = try chip.request(
            fitted.map { Chip.Wish($0.line.name, .watched($0.line, debounce: isDebounced ? period : .zero)) },
            consumer: GPIOBoard.consumer, eventBuffer: Self.eventBuffer)
        let edges = try request.eventDescriptor()
        guard !isDebounced else {
            both = nil
            eventDescriptor = edges
            inputs = consume request
            return
        }
        let group = try DescriptorGroup([edges, timer.rawValue], chip: chip.label)
        eventDescriptor = group.rawValue
        both = consume group
        let levels = Self.levels(of: lines, active: try request.get(Self.mask(lines)))
        debouncer = LoopDebouncer(lines, period: period, levels: levels)
        inputs = consume request
    }

    package func levels() throws(BoardError) -> LoopLevels {
        let fresh = try read()
        guard debouncer != nil else { return fresh }
        debouncer?.settle(at: BootClock.now(), levels: fresh)
        arm()
        return debouncer?.levels ?? fresh
    }

    package func nextEvent() throws(BoardError) -> LoopLineEvent? {
        guard debouncer != nil else {
            guard let edge = try nextEdge() else { return nil }
            return edge.missedBefore == 0 ? .changed(lines[edge.line], isActive: edge.isActive) : .lost
        }
        defer { arm() }
        if let news = debouncer?.takeNews() { return news }
        var lost = false
        for _ in 0..<Self.edgesAtOnce {
            guard let edge = try nextEdge() else { break }
            lost = lost || edge.missedBefore != 0
            debouncer?.edge(
                edge.line, isActive: edge.isActive,
                at: KernelClock.now().boot(ofMonotonic: edge.timestampNanoseconds))
        }
        let now = BootClock.now()
        if lost || (debouncer?.deadline.map { now >= $0 } ?? false) {
            debouncer?.settle(at: now, levels: try read(), lostEdges: lost)
        }
        return debouncer?.takeNews()
    }

    /// Keeps the descriptor readable exactly as long as there is something to do.
    private func arm() {
        if let deadline = debouncer?.deadline {
            timer.arm(atBootNanoseconds: deadline.nanoseconds)
        } else {
            timer.cancel()
        }
    }

    private func nextEdge() throws(BoardError) -> EdgeEvent? {
        do throws(GPIOError) {
            return try inputs?.nextEvent() ?? nil
        } catch {
            throw BoardError(error)
        }
    }

    private func read() throws(BoardError) -> LoopLevels {
        do throws(GPIOError) {
            return Self.levels(of: lines, active: try inputs?.get(Self.mask(lines)) ?? 0)
        } catch {
            throw BoardError(error)
        }
    }

    private static func mask(_ lines: [LoopLine]) -> UInt64 { lines.indices.reduce(0) { $0 | 1 << UInt64($1) } }

    private static func levels(of lines: [LoopLine], active: UInt64) -> LoopLevels {
        var levels = LoopLevels()
        for index in lines.indices { levels[lines[index]] = active >> UInt64(index) & 1 != 0 }
        return levels
    }

    private static func line(of role: LoopLine, in lines: BoardLines) -> GPIOLine? {
        switch role {
        case .door: lines.door
        case .tamper: lines.tamper
        case .insideButton: lines.insideButton
        }
    }
}
