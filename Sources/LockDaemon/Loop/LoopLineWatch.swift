internal import LockCore
internal import SystemdRuntime

/// Watches door, tamper switch and inside button.
final class LoopLineWatch<Lines: LoopLines> {
    /// What it has to say.
    enum News {
        case input(Input)
        /// The lines could not be read; they are read again soon. `isLast`: that has been tried often enough.
        case failed(BoardError, isLast: Bool)
    }

    /// How many events are taken before the loop's other work is looked at.
    static var eventsAtOnce: Int { 32 }
    /// How long lines that cannot be read are left alone.
    static var retry: Duration { .milliseconds(500) }
    /// How many times in a row they may fail until only a new start, with a new request of the lines, can help.
    static var failureLimit: Int { 5 }

    private let lines: Lines
    private let news: (News) -> Void
    private var source: EventSource?
    private var timer: LoopTimer?
    private var failures = 0

    init(_ lines: Lines, on loop: EventLoop, news: @escaping (News) -> Void) throws(SystemdError) {
        self.lines = lines
        self.news = news
        timer = try loop.timer { [unowned self] in readAll() }
        source = try loop.watch(lines.eventDescriptor, for: .readable) { [unowned self] events in
            if events.contains(.error) || events.contains(.hangUp) {
                failed(BoardError(operation: "wait for changes of", chip: "door, tamper switch and button", errno: 5))
            } else {
                take()
            }
        }
    }

    /// The levels for a boot before anything has been read: an open door, so that no lock is accepted until the door is known.
    static var unread: LoopLevels { LoopLevels(isDoorOpen: true) }

    /// The levels for the boot; ``unread`` when they cannot be read.
    func levels() -> LoopLevels {
        do throws(BoardError) {
            let levels = try lines.levels()
            failures = 0
            return levels
        } catch {
            failed(error)
            return Self.unread
        }
    }

    private func take() {
        do throws(BoardError) {
            for _ in 0..<Self.eventsAtOnce {
                guard let event = try lines.nextEvent() else { break }
                switch event {
                case .changed(let line, let isActive): news(.input(Self.input(line, isActive)))
                case .lost: readAll()
                }
            }
            failures = 0
        } catch {
            failed(error)
        }
    }

    /// Tells all levels; the core passes over what it knows already. A button that is held counts as pressed again, which
    /// only ever unlocks.
    private func readAll() {
        do throws(BoardError) {
            let levels = try lines.levels()
            source?.isEnabled = true
            news(.input(.door(isOpen: levels.isDoorOpen)))
            news(.input(.tamper(isActive: levels.isTampered)))
            news(.input(.insideButton(isPressed: levels.isButtonPressed)))
        } catch {
            failed(error)
        }
    }

    private func failed(_ error: BoardError) {
        failures += 1
        // Still readable, it would be asked again and again.
        source?.isEnabled = false
        timer?.arm(atBootNanoseconds: (BootClock.now() + Self.retry).nanoseconds)
        news(.failed(error, isLast: failures >= Self.failureLimit))
    }

    private static func input(_ line: LoopLine, _ isActive: Bool) -> Input {
        switch line {
        case .door: .door(isOpen: isActive)
        case .tamper: .tamper(isActive: isActive)
        case .insideButton: .insideButton(isPressed: isActive)
        }
    }
}
