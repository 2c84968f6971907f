import Glibc

/// The terminal while the live view has it: alternate screen, no echo, key by key. Given back as it was, also when the program
/// crashes.
struct Terminal: ~Copyable {
    /// Columns and rows.
    struct Size: Hashable, Sendable {
        var columns: Int
        var rows: Int
    }

    private static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J"

    init() throws(SetupFailure) {
        var attributes = termios()
        guard tcgetattr(STDIN_FILENO, &attributes) == 0 else {
            throw SetupFailure("ask the terminal for its modes", errno: errno)
        }
        TerminalRescue.remember(attributes)
        cfmakeraw(&attributes)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &attributes) == 0 else {
            throw SetupFailure("set the terminal's modes", errno: errno)
        }
        TerminalRescue.arm()
        write(Self.enter)
    }

    deinit { TerminalRescue.giveBack() }

    var size: Size {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return Size(columns: 80, rows: 24)
        }
        return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    borrowing func write(_ text: String) {
        var output = OutputFile(standard: STDOUT_FILENO)
        output.write(text)
        output.flush()
    }
}

/// What gives the terminal back when nothing else can any more. Signal handlers may touch only what is here.
private enum TerminalRescue {
    // Written once, before the handlers are there; read by them.
    nonisolated(unsafe) private static var saved = termios()
    nonisolated(unsafe) private static var isTaken = false
    nonisolated(unsafe) private static var leave: UnsafeMutableBufferPointer<UInt8> = {
        // Attributes off, cursor back, normal screen.
        let bytes = Array("\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l".utf8)
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = buffer.initialize(from: bytes)
        return buffer
    }()

    static func remember(_ attributes: termios) {
        saved = attributes
        isTaken = true
        // Made now: a handler must not be the first to ask for it.
        _ = leave.count
    }

    static func giveBack() {
        guard isTaken else { return }
        isTaken = false
        _ = Glibc.write(STDOUT_FILENO, leave.baseAddress, leave.count)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
    }

    /// The crashes that a process brings upon itself. The others are heard by the loop, which ends in order.
    static func arm() {
        for number in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                TerminalRescue.giveBack()
                signal(number, SIG_DFL)
                raise(number)
            }
            sigaction(number, &action, nil)
        }
    }
}
