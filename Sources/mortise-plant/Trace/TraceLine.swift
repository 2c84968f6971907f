import LockCore

/// One line of a tracing instance's `trace_pipe`, of the kernel's two GPIO tracepoints (include/trace/events/gpio.h).
enum TraceLine: Hashable, Sendable {
    case event(TraceEvent)
    /// The ring buffer was full; how many events are missing, where the kernel knows.
    case lost(Int?)
    /// Neither.
    case other

    /// Reads a line without its line feed. Total: whatever is no event is ``other``.
    init(_ line: some StringProtocol) {
        let line = Substring(line)
        if let count = Self.lostCount(line) {
            self = .lost(count == .max ? nil : count)
        } else if let event = TraceEvent(line) {
            self = .event(event)
        } else {
            self = .other
        }
    }

    /// `CPU:0 [LOST 12 EVENTS]`, or `CPU:0 [LOST EVENTS]` without a number, which is `Int.max` here.
    private static func lostCount(_ line: Substring) -> Int? {
        guard line.hasPrefix("CPU:"), line.hasSuffix(" EVENTS]") else { return nil }
        let words = line.dropLast(" EVENTS]".count).split(separator: " ")
        guard words.count >= 2, words[1] == "[LOST" else { return nil }
        return words.count > 2 ? Int(words[2]) : .max
    }
}

/// Something that the kernel has done with a line.
struct TraceEvent: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// It was given a level.
        case set(Bool)
        /// It was read.
        case get(Bool)
        case madeInput
        case madeOutput
        /// Its direction was to be changed, and the driver refused with this error number.
        case directionRefused(Int)
    }

    /// The thread's name, as far as the kernel remembers it.
    var task: String
    var thread: Int
    /// By the instance's clock, which is boot time here; to the microsecond, as the kernel prints it.
    var at: Instant
    /// The kernel's number of the line: its chip's base plus its offset.
    var line: Int
    var kind: Kind

    init(task: String, thread: Int, at: Instant, line: Int, kind: Kind) {
        self.task = task
        self.thread = thread
        self.at = at
        self.line = line
        self.kind = kind
    }

    /// `        gpioset-182     [001] d..1.    12.658436: gpio_value: 521 set 1`
    ///
    /// nil: not of this form. Read from its end, because a thread's name may hold anything.
    init?(_ text: Substring) {
        guard let (head, name, body) = Self.split(text) else { return nil }
        let words = body.split(separator: " ")
        guard words.count == 3, let line = Int(words[0]), line >= 0 else { return nil }
        switch (name, words[1], words[2]) {
        case ("gpio_value", "set", "0"): kind = .set(false)
        case ("gpio_value", "set", "1"): kind = .set(true)
        case ("gpio_value", "get", "0"): kind = .get(false)
        case ("gpio_value", "get", "1"): kind = .get(true)
        case ("gpio_direction", "in", "(0)"): kind = .madeInput
        case ("gpio_direction", "out", "(0)"): kind = .madeOutput
        case ("gpio_direction", "in", let code), ("gpio_direction", "out", let code):
            guard code.hasPrefix("("), code.hasSuffix(")"), let number = Int(code.dropFirst().dropLast()) else {
                return nil
            }
            kind = .directionRefused(number)
        default: return nil
        }
        self.line = line
        guard let time = head.split(separator: " ").last, let at = Self.instant(time),
            let bracket = head.lastIndex(of: "[")
        else { return nil }
        self.at = at
        let who = head[..<bracket].drop { $0 == " " }
        guard let dash = who.lastIndex(of: "-"),
            let thread = Int(who[who.index(after: dash)...].prefix { $0 != " " })
        else { return nil }
        task = String(who[..<dash])
        self.thread = thread
    }

    /// What is before the event's name, the name, and what is after it.
    private static func split(_ text: Substring) -> (head: Substring, name: Substring, body: Substring)? {
        guard let last = text.lastIndex(of: ":") else { return nil }
        let before = text[..<last]
        guard let colon = before.lastIndex(of: ":") else { return nil }
        return (
            before[..<colon], before[before.index(after: colon)...].drop { $0 == " " }, text[text.index(after: last)...]
        )
    }

    /// `12.658436`, in seconds.
    private static func instant(_ text: Substring) -> Instant? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count == 6, let seconds = Int64(parts[0]), let micros = Int64(parts[1]),
            (0...Self.lastSecond).contains(seconds), micros >= 0
        else { return nil }
        return Instant(nanoseconds: seconds * 1_000_000_000 + micros * 1_000)
    }

    /// A century: no board is up for longer, and its nanoseconds are far from overflowing.
    private static let lastSecond: Int64 = 3_155_760_000
}
