internal import CGPIO

/// How a line is requested. A plain value; whether it makes sense is checked by ``problem(with:)`` before the kernel is asked,
/// because its answer would be EINVAL for everything.
package struct LineSettings: Hashable, Sendable {
    /// Whether the line is read or driven.
    package enum Direction: String, Hashable, Sendable { case input, output }

    /// How an input is pulled while nothing drives it.
    package enum Bias: String, Hashable, Sendable { case asIs, disabled, pullUp, pullDown }

    /// Changes that become events. Rising is becoming active, whatever the electrical polarity.
    package struct Edges: OptionSet, Hashable, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }

        package static let rising = Edges(rawValue: 1)
        package static let falling = Edges(rawValue: 2)
        package static let both: Edges = [.rising, .falling]
    }

    /// The clock of event timestamps.
    package enum EventClock: String, Hashable, Sendable {
        /// `CLOCK_MONOTONIC`: does not count suspend.
        case monotonic
        /// `CLOCK_REALTIME`: jumps when civil time is set.
        case realtime
    }

    package var direction: Direction
    /// Active is electrically low.
    package var isActiveLow: Bool
    /// Inputs.
    package var bias: Bias
    /// Inputs.
    package var edges: Edges
    /// Inputs: how long a level must stay to become an event; zero is raw edges.
    package var debounce: Duration
    /// Inputs with edges.
    package var eventClock: EventClock
    /// Outputs: the value that the line has from the moment of the request.
    package var startsActive: Bool

    /// The kernel counts the period in microseconds, in 32 bits; longer than this is not bounce.
    package static let longestDebounce: Duration = .seconds(10)

    package init(
        direction: Direction, isActiveLow: Bool = false, bias: Bias = .asIs, edges: Edges = [],
        debounce: Duration = .zero, eventClock: EventClock = .monotonic, startsActive: Bool = false
    ) {
        self.direction = direction
        self.isActiveLow = isActiveLow
        self.bias = bias
        self.edges = edges
        self.debounce = debounce
        self.eventClock = eventClock
        self.startsActive = startsActive
    }

    /// A line that is read.
    package static func input(
        activeLow: Bool = false, bias: Bias = .asIs, edges: Edges = [], debounce: Duration = .zero
    ) -> LineSettings {
        LineSettings(direction: .input, isActiveLow: activeLow, bias: bias, edges: edges, debounce: debounce)
    }

    /// A line that is driven.
    package static func output(startsActive: Bool = false, activeLow: Bool = false) -> LineSettings {
        LineSettings(direction: .output, isActiveLow: activeLow, startsActive: startsActive)
    }

    /// What is wrong with the settings, in words; nil: nothing.
    package func problem(with capabilities: Capabilities) -> String? {
        switch direction {
        case .output:
            if !edges.isEmpty { return "an output cannot report edges: it changes only when it is set" }
            if debounce != .zero { return "an output cannot be debounced" }
            // The kernel would take it, but a pulled output is a mistake in a profile of push-pull lines.
            if bias != .asIs { return "an output is driven, not pulled" }
        case .input:
            if startsActive { return "an input has no value to start with" }
            if debounce < .zero || debounce > Self.longestDebounce {
                return "a debounce period is from 0 to \(Self.longestDebounce.components.seconds) s"
            }
            if debounce != .zero, debounce < .microseconds(1) { return "a debounce period is at least 1 µs" }
            if debounce != .zero, !capabilities.debounce {
                return "libgpiod \(capabilities.libraryVersion) cannot have the kernel debounce"
            }
            if eventClock != .monotonic, !capabilities.eventClock {
                return "libgpiod \(capabilities.libraryVersion) has no choice of event clock"
            }
        }
        return nil
    }

    /// For the shim. Only of settings without a ``problem(with:)``.
    func shimSettings(offset: UInt32) -> cgp_line_settings {
        var settings = cgp_line_settings()
        settings.offset = offset
        settings.is_output = direction == .output ? 1 : 0
        settings.is_active_low = isActiveLow ? 1 : 0
        settings.initial_value = startsActive ? 1 : 0
        settings.bias =
            switch bias {
            case .asIs: Int32(CGP_BIAS_AS_IS.rawValue)
            case .disabled: Int32(CGP_BIAS_DISABLED.rawValue)
            case .pullUp: Int32(CGP_BIAS_PULL_UP.rawValue)
            case .pullDown: Int32(CGP_BIAS_PULL_DOWN.rawValue)
            }
        settings.edges = edges.rawValue
        settings.clock = Int32((eventClock == .realtime ? CGP_CLOCK_REALTIME : CGP_CLOCK_MONOTONIC).rawValue)
        let (seconds, attoseconds) = debounce.components
        settings.debounce_us = UInt32(clamping: seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        return settings
    }
}
