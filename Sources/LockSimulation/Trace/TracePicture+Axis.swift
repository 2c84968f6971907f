import LockCore

extension TracePicture {
    /// A stretch of the picture over which something had one value.
    struct Run<Value> {
        var value: Value
        var left: Double
        var right: Double
    }

    /// Cuts the record where a value changes.
    func runs<Value: Equatable>(of value: (TraceSample) -> Value) -> [Run<Value>] {
        var runs: [Run<Value>] = []
        for sample in trace.samples {
            let current = value(sample)
            if let last = runs.last, last.value == current { continue }
            let x = axis.x(sample.at)
            if !runs.isEmpty { runs[runs.count - 1].right = x }
            runs.append(Run(value: current, left: x, right: axis.right))
        }
        return runs
    }

    // MARK: Time

    mutating func drawGrid(from top: Double, to bottom: Double) {
        for tick in axis.ticks { svg.line(tick.x, top, tick.x, bottom, stroke: TraceSVG.grid) }
    }

    mutating func drawTimeAxis() {
        svg.line(axis.left, y, axis.right, y, stroke: TraceSVG.ink)
        for tick in axis.ticks {
            svg.line(tick.x, y, tick.x, y + 5, stroke: TraceSVG.ink)
            svg.label(tick.x, y + 18, tick.label, size: 11, anchor: "middle")
        }
        svg.label(axis.left - 14, y + 18, "time since boot (s)", size: 11, anchor: "end")
        y += 30
    }

    /// Two slanted strokes and how long nothing happened.
    mutating func drawBreaks(from top: Double, to bottom: Double) {
        for stretch in axis.stretches where stretch.isBreak {
            svg.rect(
                stretch.left + 8, top, stretch.right - stretch.left - 16, bottom - top, fill: "#ffffff",
                more: "fill-opacity=\"0.85\"")
            let n = SVGText.number
            for side in [stretch.left + 8, stretch.right - 8] {
                var points: [(x: Double, y: Double)] = []
                var height = top
                var isOut = false
                while height < bottom {
                    points.append((side + (isOut ? 3 : -3), height))
                    isOut.toggle()
                    height += 8
                }
                svg.polyline(points, stroke: "#9aa5b1", width: "1")
            }
            let middle = (stretch.left + stretch.right) / 2
            let seconds = Double(stretch.end - stretch.start) * 1e-9
            let text =
                seconds < 10 ? "\(Decimal.fixed(seconds, 2)) s at rest" : "\(Decimal.fixed(seconds, 1)) s at rest"
            let centre = (top + bottom) / 2
            svg.label(
                middle + 4, centre, text, size: 11, anchor: "middle", fill: TraceSVG.faint,
                more: "transform=\"rotate(-90 \(n(middle + 4)) \(n(centre)))\"")
        }
    }

    // MARK: Events

    /// Events with the row in which their text finds room; nil: none does, and only the line is drawn.
    struct PlacedEvents {
        var events: [PlacedEvent] = []
        var rows = 0
    }

    struct PlacedEvent {
        var event: TraceEvent
        var x: Double
        var row: Int?
        /// Whether the text stands left of the marker, because it would leave the picture on the right.
        var isFlipped: Bool
    }

    /// More rows than this would leave no room for the lock.
    private static let mostRows = 8

    func placedEvents() -> PlacedEvents {
        var placed = PlacedEvents()
        var ends: [Double] = []
        for event in trace.events {
            let x = axis.x(event.at)
            let width = SVGText.width(Self.shortened(event.text), size: 11) + 14
            let isFlipped = x + width > axis.right + TraceSVG.right
            let start = isFlipped ? x - width : x
            let row = ends.firstIndex { $0 <= start } ?? (ends.count < Self.mostRows ? ends.count : nil)
            if let row {
                let end = isFlipped ? x + 14 : x + width
                if row == ends.count { ends.append(end) } else { ends[row] = end }
            }
            placed.events.append(PlacedEvent(event: event, x: x, row: row, isFlipped: isFlipped))
        }
        placed.rows = ends.count
        return placed
    }

    static func shortened(_ text: String) -> String {
        text.count <= TraceEvent.longestText ? text : text.prefix(TraceEvent.longestText - 1) + "…"
    }

    private static func colour(_ kind: TraceEvent.Kind) -> String {
        switch kind {
        case .command: "#1f2933"
        case .outcome: "#0f766e"
        case .fault: "#c62828"
        }
    }

    mutating func drawEvents(_ placed: PlacedEvents, top: Double, bottom: Double) {
        if placed.rows > 0 { name("events", at: top + 13) }
        let n = SVGText.number
        let head = { (place: PlacedEvent) in top + Double(place.row ?? placed.rows) * 16 + 4 }
        for place in placed.events {
            svg.line(
                place.x, head(place), place.x, bottom, stroke: Self.colour(place.event.kind),
                more: "stroke-width=\"0.8\" stroke-opacity=\"0.55\"")
        }
        // The white edge keeps words legible across the lines of other events.
        let edge = "stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\""
        for place in placed.events where place.row != nil {
            let colour = Self.colour(place.event.kind)
            let x = place.x
            let head = head(place)
            svg.raw("<path d=\"M\(n(x)) \(n(head)) l7 4 l-7 4 z\" fill=\"\(colour)\"/>")
            svg.label(
                place.isFlipped ? x - 4 : x + 10, head + 8, Self.shortened(place.event.text), size: 11,
                anchor: place.isFlipped ? "end" : "start", fill: colour, more: edge)
        }
    }

    // MARK: Legend

    mutating func drawLegend() {
        y += 8
        var x = axis.left
        svg.label(TraceSVG.left - 14, y + 11, "legend", size: 11, anchor: "end", fill: TraceSVG.faint)
        let entries: [(colour: String, text: String)] = [
            (Self.extendedColour, "drive: extend (up)"), (Self.retractedColour, "drive: retract (down)"),
            ("#e0a100", "drive: brake"), ("#9aa5b1", "drive: awake, coasting"), ("#f7c1bd", "drive: asked, driver off"),
        ]
        for entry in entries {
            svg.rect(x, y + 1, 14, 11, fill: entry.colour)
            svg.label(x + 20, y + 11, entry.text, size: 11)
            x += 20 + SVGText.width(entry.text, size: 11) + 22
        }
        y += 20
        x = axis.left
        let marks: [(colour: String, text: String)] = [
            (Self.colour(.command), "command"), (Self.colour(.outcome), "outcome"),
            (Self.colour(.fault), "fault or hand"),
        ]
        let n = SVGText.number
        for mark in marks {
            svg.raw("<path d=\"M\(n(x + 3)) \(n(y + 2)) l7 4 l-7 4 z\" fill=\"\(mark.colour)\"/>")
            svg.label(x + 20, y + 11, mark.text, size: 11)
            x += 20 + SVGText.width(mark.text, size: 11) + 22
        }
        svg.label(x, y + 11, "switch traces: high is active, every bounce is drawn", size: 11, fill: TraceSVG.faint)
        y += 26
    }
}
