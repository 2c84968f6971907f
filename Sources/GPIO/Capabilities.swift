internal import CGPIO

/// What the libgpiod that this program was compiled with can do. What it cannot is refused when it is asked for, never
/// silently left out.
package struct Capabilities: Hashable, Sendable {
    /// The library's version at run time, such as "2.2.1".
    package var libraryVersion: String
    /// The kernel debounces. Without it the caller does, from raw edges.
    package var debounce: Bool
    /// Events are numbered, so that every lost one is noticed. Without it a loss shows only when two edges of a line are alike.
    package var sequenceNumbers: Bool
    /// The events of a request come in the order of their happening. Without it only those of one line do.
    package var singleDescriptor: Bool
    /// The clock of event timestamps can be chosen. Without it it is the monotonic clock.
    package var eventClock: Bool
    /// Lines that are set together may have different settings.
    package var lineSettings: Bool

    package init(
        libraryVersion: String, debounce: Bool, sequenceNumbers: Bool, singleDescriptor: Bool, eventClock: Bool,
        lineSettings: Bool
    ) {
        self.libraryVersion = libraryVersion
        self.debounce = debounce
        self.sequenceNumbers = sequenceNumbers
        self.singleDescriptor = singleDescriptor
        self.eventClock = eventClock
        self.lineSettings = lineSettings
    }

    /// Those of this program.
    package static let current: Capabilities = {
        let library = cgp_capabilities()
        return Capabilities(
            libraryVersion: cgp_library_version().map { String(cString: $0) } ?? "unknown",
            debounce: library.debounce != 0, sequenceNumbers: library.sequence_numbers != 0,
            singleDescriptor: library.single_descriptor != 0, eventClock: library.event_clock != 0,
            lineSettings: library.line_settings != 0)
    }()
}

extension Capabilities: CustomStringConvertible {
    package var description: String {
        let all = [
            ("kernel debounce", debounce), ("numbered events", sequenceNumbers), ("one event queue", singleDescriptor),
            ("choice of event clock", eventClock), ("settings per line", lineSettings),
        ]
        let has = all.filter(\.1).map(\.0).joined(separator: ", ")
        let lacks = all.filter { !$0.1 }.map(\.0).joined(separator: ", ")
        return "libgpiod \(libraryVersion)" + (has.isEmpty ? "" : " with \(has)")
            + (lacks.isEmpty ? "" : "; without \(lacks)")
    }
}
