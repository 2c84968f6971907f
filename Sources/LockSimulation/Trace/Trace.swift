package import LockCore

/// A record of bounded size of what the mechanism did, made to be drawn by ``TraceSVG``.
///
/// When the record is full, curves are thinned out: every other sample in which nothing discrete changed goes, and from then on
/// samples are taken half as often. When hardly anything but discrete changes is left, later samples are dropped and counted.
package struct Trace: Sendable {
    /// About two minutes of strokes at the finest resolution; 5 MB.
    package static let defaultCapacity = 20_000
    /// More markers than a picture can show.
    package static let eventCapacity = 2_000
    /// The finest resolution of the curves: some 200 points on a stroke.
    package static let finestInterval = Duration.milliseconds(2)

    package let title: String
    package let parameters: PhysicalParameters
    package private(set) var samples: [TraceSample] = []
    package private(set) var events: [TraceEvent] = []
    /// Samples and events that did not fit.
    package private(set) var dropped = 0
    /// How far apart samples need be in which nothing discrete changed.
    package private(set) var interval = Self.finestInterval
    private let capacity: Int
    /// Whether thinning has nothing more to give.
    private var isSaturated = false
    /// A curve with points further apart shows nothing.
    private static let coarsestInterval = Duration.seconds(60)

    /// - Parameters:
    ///   - parameters: the mechanism's: the picture shows its switch positions.
    ///   - capacity: samples kept, at least 16.
    package init(title: String, parameters: PhysicalParameters, capacity: Int = Trace.defaultCapacity) {
        self.title = title
        self.parameters = parameters
        self.capacity = max(16, capacity)
    }

    /// Adds a sample unless it says nothing new. Samples come in order of time; one that is earlier than the last is dropped.
    package mutating func record(_ sample: TraceSample) {
        if let last = samples.last {
            guard sample.at >= last.at else {
                dropped += 1
                return
            }
            if sample.lines == last.lines, sample.at - last.at < interval { return }
            if samples.count >= 2, isRepetition(sample, of: last, after: samples[samples.count - 2]) {
                samples[samples.count - 1].at = sample.at
                return
            }
        }
        if samples.count >= capacity, !isSaturated { thin() }
        guard samples.count < capacity else {
            dropped += 1
            return
        }
        samples.append(sample)
    }

    /// Marks an event.
    package mutating func record(_ event: TraceEvent) {
        guard events.count < Self.eventCapacity else {
            dropped += 1
            return
        }
        events.append(event)
    }

    /// Rest is two samples, however long it is.
    private func isRepetition(_ sample: TraceSample, of last: TraceSample, after previous: TraceSample) -> Bool {
        sample.isQuiet && last.isQuiet && sample.lines == last.lines && last.lines == previous.lines
            && sample.position == last.position && last.position == previous.position && previous.isQuiet
    }

    private mutating func thin() {
        var kept: [TraceSample] = []
        kept.reserveCapacity(capacity)
        var isSecond = false
        for index in samples.indices {
            let isInner = index > samples.startIndex && index + 1 < samples.endIndex
            if isInner, samples[index - 1].lines == samples[index].lines,
                samples[index].lines == samples[index + 1].lines
            {
                isSecond.toggle()
                if isSecond { continue }
            }
            kept.append(samples[index])
        }
        // Thinning again and again for little would cost more than it keeps.
        isSaturated = samples.count - kept.count < capacity / 16 + 1 || interval >= Self.coarsestInterval
        samples = kept
        interval = interval * 2
    }
}

extension PhysicalModel {
    /// Like ``run(until:)``, with samples taken on the way. Taking them changes nothing about what happens.
    package mutating func run(until bound: Instant, recording trace: inout Trace, state: String) -> ModelEdge? {
        trace.record(TraceSample(self, state: state))
        while true {
            var stop = bound
            if let next = nextActivity { stop = min(bound, max(next, now + trace.interval)) }
            let edge = run(until: stop)
            trace.record(TraceSample(self, state: state))
            if edge != nil || now >= bound { return edge }
        }
    }
}
