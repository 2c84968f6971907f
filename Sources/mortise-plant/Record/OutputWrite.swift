import LockCore

/// Levels that were given to lines of the motor at one time.
struct OutputWrite: Hashable, Sendable {
    /// Who did it: the thread's name and number.
    var task: String
    var thread: Int
    private(set) var levels: [MotorLine: Bool]
    /// The kernel's times of the first and of the last line.
    var first: Instant
    var last: Instant

    init(task: String, thread: Int, line: MotorLine, level: Bool, at: Instant) {
        self.task = task
        self.thread = thread
        levels = [line: level]
        first = at
        last = at
    }

    func has(_ line: MotorLine) -> Bool { levels[line] != nil }

    /// Whether it names every line of the motor, so that nothing can be added.
    var isWhole: Bool { levels.count == MotorLine.allCases.count }

    mutating func add(_ line: MotorLine, _ level: Bool, at: Instant) {
        levels[line] = level
        last = max(last, at)
    }

    /// The levels of all lines after it.
    func applied(to driven: DrivenLevels) -> DrivenLevels {
        var driven = driven
        for (line, level) in levels { driven[line] = level }
        return driven
    }

    var author: String { "\(task)-\(thread)" }
}

/// Puts events of lines that were set by one call back together.
///
/// The kernel traces a call that sets several lines line by line, microseconds apart, and then sets them all. Taken one by one,
/// brake to coast would pass through a drive that never was.
struct WriteGrouper: Hashable, Sendable {
    private(set) var pending: OutputWrite?

    /// Threads whose last write was of all lines. They always set all of them, so nothing that comes next is believed to be a
    /// write of its own until they have: the lines have the new levels only after the last event, however long the host of an
    /// emulated machine holds the processor up in between.
    private var wholesale: Set<Int> = []

    /// Events of one call of any other thread are no further apart. Two of its calls that are this close would need a dead time
    /// that no profile may ask for (5 ms at least).
    static let span: Duration = .milliseconds(5)
    /// The same of a thread that sets all lines: longer than any host holds up a processor, shorter than people wait.
    static let wholesaleSpan: Duration = .seconds(1)
    /// Threads are not told of when they end. More than a test starts; then all are learned anew.
    private static let threadCapacity = 256

    /// Takes an event of a motor line. Gives what is complete by now, in order: two at most.
    ///
    /// A line that is made an input is no longer driven, and the pull-down that the board guide asks for takes it low.
    mutating func take(_ event: TraceEvent, of line: MotorLine) -> [OutputWrite] {
        let level: Bool
        switch event.kind {
        case .set(let value): level = value
        case .madeInput: level = false
        case .get, .madeOutput, .directionRefused: return []
        }
        var done: [OutputWrite] = []
        if var write = pending, write.thread == event.thread, !write.has(line), event.at - write.last <= span(of: write)
        {
            write.add(line, level, at: event.at)
            pending = write
        } else {
            if let write = pending { done.append(finished(write)) }
            pending = OutputWrite(task: event.task, thread: event.thread, line: line, level: level, at: event.at)
        }
        if let write = pending, write.isWhole {
            done.append(finished(write))
            pending = nil
        }
        return done
    }

    /// Gives what is pending, if nothing can be added to it any more at this time, or, without a time, in any case.
    mutating func flush(at now: Instant? = nil) -> OutputWrite? {
        guard let write = pending else { return nil }
        if let now, now < write.last + span(of: write) { return nil }
        pending = nil
        return finished(write)
    }

    private func span(of write: OutputWrite) -> Duration {
        wholesale.contains(write.thread) ? Self.wholesaleSpan : Self.span
    }

    private mutating func finished(_ write: OutputWrite) -> OutputWrite {
        if !write.isWhole {
            wholesale.remove(write.thread)
        } else {
            if wholesale.count >= Self.threadCapacity { wholesale = [] }
            wholesale.insert(write.thread)
        }
        return write
    }

    /// When ``flush(at:)`` will give something.
    var deadline: Instant? { pending.map { $0.last + span(of: $0) } }
}
