import LockCore

/// Time across the picture: to scale where something happens, compressed where nothing does.
struct TimeAxis {
    /// A stretch of time and where it is in the picture.
    struct Stretch: Equatable {
        /// Nanoseconds of boot time.
        var start: Int64
        var end: Int64
        /// Picture units.
        var left: Double
        var right: Double
        /// Whether the stretch is not to scale, because nothing happens in it.
        var isBreak: Bool
    }

    /// What happens is shown with this much rest around it.
    private static let margin: Int64 = 60_000_000
    /// Rest up to this is shown to scale.
    private static let longestRest: Int64 = 300_000_000
    /// Two samples further apart than this are the two ends of a rest, not a movement.
    private static let longestMotion: Int64 = 100_000_000
    static let breakWidth = 44.0
    /// A second of activity is at least this wide, so that a stroke can be seen…
    private static let narrowestSecond = 170.0
    /// …unless the picture would become wider than this.
    private static let widest = 12_000.0

    let stretches: [Stretch]
    let left: Double
    let right: Double
    /// Picture units per second, outside breaks.
    let scale: Double

    /// - Parameters:
    ///   - left: where the axis begins.
    ///   - width: how wide it is at least.
    init(_ trace: Trace, left: Double, width: Double) {
        let active = Self.activity(of: trace)
        let start = trace.samples.first?.at.nanoseconds ?? 0
        let end = max(start + 1, trace.samples.last?.at.nanoseconds ?? 1)
        var spans: [(start: Int64, end: Int64, isBreak: Bool)] = []
        var cursor = start
        for span in active {
            let from = max(span.start - Self.margin, start)
            let to = min(span.end + Self.margin, end)
            guard to > cursor else { continue }
            if from - cursor > Self.longestRest {
                spans.append((cursor, from, true))
                spans.append((from, to, false))
            } else if let last = spans.last, !last.isBreak {
                spans[spans.count - 1].end = to
            } else {
                spans.append((cursor, to, false))
            }
            cursor = to
        }
        if end - cursor > Self.longestRest {
            spans.append((cursor, end, true))
        } else if cursor < end {
            if let last = spans.last, !last.isBreak {
                spans[spans.count - 1].end = end
            } else {
                spans.append((cursor, end, false))
            }
        }

        let breaks = Double(spans.count { $0.isBreak }) * Self.breakWidth
        let seconds = spans.reduce(0.0) { $0 + ($1.isBreak ? 0 : Double($1.end - $1.start) * 1e-9) }
        let room = max(width - breaks, 100)
        let wanted = max(room / max(seconds, 1e-6), Self.narrowestSecond)
        let scale = min(wanted, max(room, Self.widest - breaks) / max(seconds, 1e-6))
        var x = left
        stretches = spans.map { span in
            let width = span.isBreak ? Self.breakWidth : Double(span.end - span.start) * 1e-9 * scale
            defer { x += width }
            return Stretch(start: span.start, end: span.end, left: x, right: x + width, isBreak: span.isBreak)
        }
        self.left = left
        self.scale = scale
        right = x
    }

    /// When something happens: merged, in order.
    private static func activity(of trace: Trace) -> [(start: Int64, end: Int64)] {
        var spans: [(start: Int64, end: Int64)] = trace.events.map { ($0.at.nanoseconds, $0.at.nanoseconds) }
        for (before, after) in zip(trace.samples, trace.samples.dropFirst()) {
            let isMoving = before.position != after.position || !before.isQuiet || !after.isQuiet
            guard isMoving || before.lines != after.lines else { continue }
            let end = after.at.nanoseconds
            if isMoving, end - before.at.nanoseconds <= longestMotion || !before.isQuiet {
                spans.append((before.at.nanoseconds, end))
            } else {
                spans.append((end, end))
            }
        }
        spans.sort { ($0.start, $0.end) < ($1.start, $1.end) }
        var merged: [(start: Int64, end: Int64)] = []
        for span in spans {
            if let last = merged.last, span.start - last.end <= longestRest + 2 * margin {
                merged[merged.count - 1].end = max(last.end, span.end)
            } else {
                merged.append(span)
            }
        }
        return merged
    }

    /// Where an instant is in the picture; held to the axis.
    func x(_ instant: Instant) -> Double {
        let time = instant.nanoseconds
        var low = 0
        var high = stretches.count
        while low < high {
            let middle = (low + high) / 2
            if stretches[middle].end < time { low = middle + 1 } else { high = middle }
        }
        guard low < stretches.count else { return right }
        let stretch = stretches[low]
        guard time > stretch.start else { return stretch.left }
        let share = Double(time - stretch.start) / Double(stretch.end - stretch.start)
        return stretch.left + share * (stretch.right - stretch.left)
    }

    /// A tick and its label.
    struct Tick {
        var x: Double
        var label: String
    }

    /// Round seconds, some 80 units apart, outside breaks.
    var ticks: [Tick] {
        let steps: [(nanoseconds: Int64, decimals: Int)] = [
            (1_000_000, 3), (2_000_000, 3), (5_000_000, 3), (10_000_000, 2), (20_000_000, 2), (50_000_000, 2),
            (100_000_000, 1), (200_000_000, 1), (500_000_000, 1), (1_000_000_000, 0), (2_000_000_000, 0),
            (5_000_000_000, 0), (10_000_000_000, 0), (60_000_000_000, 0),
        ]
        guard let step = steps.first(where: { Double($0.nanoseconds) * 1e-9 * scale >= 80 }) ?? steps.last else {
            return []
        }
        var ticks: [Tick] = []
        for stretch in stretches where !stretch.isBreak {
            var time = (stretch.start + step.nanoseconds - 1) / step.nanoseconds * step.nanoseconds
            while time <= stretch.end {
                let label = Decimal.fixed(Double(time) * 1e-9, step.decimals)
                ticks.append(Tick(x: x(Instant(nanoseconds: time)), label: label))
                time += step.nanoseconds
            }
        }
        return ticks
    }
}
