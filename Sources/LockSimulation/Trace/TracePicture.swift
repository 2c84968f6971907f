import LockCore

/// The drawing under way: lanes from top to bottom on one time axis.
struct TracePicture {
    let trace: Trace
    let axis: TimeAxis
    var svg = SVGText()
    /// Where the next lane begins.
    var y = 0.0
    /// How high the picture has become.
    var height: Double { y }

    init(_ trace: Trace, axis: TimeAxis) {
        self.trace = trace
        self.axis = axis
    }

    mutating func draw() {
        drawTitle()
        guard !trace.samples.isEmpty else {
            svg.label(TraceSVG.left, y + 20, "Nothing was recorded.", size: 14)
            y += 60
            return
        }
        let events = placedEvents()
        drawStates()
        let rows = events.rows
        let eventTop = y
        y += Double(rows) * 16 + 10
        let bandTop = y
        let mark = svg
        svg = SVGText()
        drawPosition()
        drawDrive()
        drawCurve("current (A)", bounds: currentBounds, colour: "#b4530a") { $0.current }
        drawCurve("battery (V)", bounds: voltageBounds, colour: "#6d28d9") { $0.voltage }
        drawLogic()
        let bottom = y
        let lanes = svg
        // Grid, breaks and event lines go under the lanes, whose height is known only now.
        svg = mark
        drawGrid(from: bandTop, to: bottom)
        drawEvents(events, top: eventTop, bottom: bottom)
        svg.raw(lanes.text)
        drawBreaks(from: bandTop, to: bottom)
        y = bottom
        drawTimeAxis()
        drawLegend()
    }

    // MARK: Head

    private mutating func drawTitle() {
        svg.label(TraceSVG.left, 28, trace.title, size: 17, more: "font-weight=\"bold\"")
        y = 42
        var notes: [String] = []
        if trace.interval > Trace.finestInterval {
            notes.append("thinned to one point in \(trace.interval.wholeMilliseconds) ms")
        }
        if trace.dropped > 0 { notes.append("\(trace.dropped) changes did not fit and are not shown") }
        guard !notes.isEmpty else { return }
        svg.label(TraceSVG.left, 46, notes.joined(separator: "; "), size: 11, fill: TraceSVG.faint)
        y = 58
    }

    private static func stateColour(_ state: String) -> String {
        switch state.prefix(while: { $0.isLetter }) {
        case "locked": "#bfe3c8"
        case "unlocked": "#c5daf6"
        case "locking", "unlocking", "calibrating": "#fbe7a9"
        case "jammed", "fault": "#f7c1bd"
        default: "#e5e7eb"
        }
    }

    private mutating func drawStates() {
        let bands = runs(of: { $0.lines.state })
        guard bands.contains(where: { !$0.value.isEmpty }) else { return }
        name("state", at: y + 16)
        for band in bands where !band.value.isEmpty {
            let width = band.right - band.left
            svg.rect(
                band.left, y, max(width, 0.5), 24, fill: Self.stateColour(band.value),
                more: "stroke=\"#ffffff\" stroke-width=\"1\"", tip: band.value)
            // The whole name, else its first word smaller, else nothing but the tip.
            let word = String(band.value.prefix { $0 != " " })
            for (text, size) in [(band.value, 12), (band.value, 10), (word, 10)]
            where SVGText.width(text, size: size) + 4 <= width {
                svg.label((band.left + band.right) / 2, y + 16, text, size: size, anchor: "middle")
                break
            }
        }
        y += 30
    }

    // MARK: Lanes

    mutating func name(_ text: String, at baseline: Double) {
        svg.label(TraceSVG.left - 14, baseline, text, anchor: "end")
    }

    private mutating func drawPosition() {
        let parameters = trace.parameters
        let height = 200.0
        let top = y + 6
        let travel = max(parameters.travel, 1)
        let place = { (position: Double) in top + height - (position / travel) * height }
        name("bolt (mm)", at: top + height / 2 - 6)
        svg.label(TraceSVG.left - 14, place(travel) - 8, "extended stop", size: 10, anchor: "end", fill: TraceSVG.faint)
        svg.label(TraceSVG.left - 14, place(0) + 17, "retracted stop", size: 10, anchor: "end", fill: TraceSVG.faint)
        for step in 0...4 {
            let position = travel * Double(step) / 4
            svg.line(
                axis.left, place(position), axis.right, place(position),
                stroke: step % 4 == 0 ? "#9aa5b1" : TraceSVG.grid)
            svg.label(
                axis.left - 6, place(position) + 4, Decimal.trimmed(position), size: 10, anchor: "end",
                fill: TraceSVG.faint)
        }
        let out = parameters.travel - parameters.limitDistance
        for (position, text, colour) in [
            (out, "extended switch", TracePicture.extendedColour),
            (parameters.limitDistance, "retracted switch", TracePicture.retractedColour),
        ] {
            svg.line(
                axis.left, place(position), axis.right, place(position), stroke: colour,
                more: "stroke-dasharray=\"6 4\" stroke-width=\"1.2\"")
            svg.label(axis.right + 6, place(position) + 4, text, size: 11, fill: colour)
        }
        svg.line(
            axis.left, place(parameters.strikeEntry), axis.right, place(parameters.strikeEntry), stroke: TraceSVG.faint,
            more: "stroke-dasharray=\"1 4\"")
        svg.label(axis.right + 6, place(parameters.strikeEntry) + 4, "enters strike", size: 11, fill: TraceSVG.faint)
        let points = trace.samples.map { (x: axis.x($0.at), y: place($0.position)) }
        svg.polyline(points, stroke: "#0b3d91", width: "2.4")
        y = top + height + 22
    }

    private mutating func drawDrive() {
        let middle = y + 20
        name("drive", at: middle + 4)
        svg.line(axis.left, middle, axis.right, middle, stroke: "#9aa5b1")
        for run in runs(of: { DriveShade($0.lines) }) {
            let width = max(run.right - run.left, 0.8)
            switch run.value {
            case .asleep: break
            case .coast: svg.rect(run.left, middle - 2, width, 4, fill: "#9aa5b1", tip: "awake, coasting")
            case .dead: svg.rect(run.left, middle - 5, width, 10, fill: "#f7c1bd", tip: "commanded, driver off")
            case .extend: svg.rect(run.left, middle - 18, width, 18, fill: Self.extendedColour, tip: "extend")
            case .retract: svg.rect(run.left, middle, width, 18, fill: Self.retractedColour, tip: "retract")
            case .brake: svg.rect(run.left, middle - 10, width, 20, fill: "#e0a100", tip: "brake")
            }
        }
        y += 50
    }

    private mutating func drawCurve(
        _ title: String, bounds: (low: Double, high: Double, marks: [(Double, String)]), colour: String,
        value: (TraceSample) -> Double
    ) {
        let top = y
        let height = 64.0
        let place = { (value: Double) in top + height - (value - bounds.low) / (bounds.high - bounds.low) * height }
        name(title, at: top + height / 2 + 4)
        for edge in [bounds.low, bounds.high] {
            svg.line(axis.left, place(edge), axis.right, place(edge), stroke: TraceSVG.grid)
            svg.label(
                axis.left - 6, place(edge) + 4, Decimal.trimmed(edge), size: 10, anchor: "end", fill: TraceSVG.faint)
        }
        for (mark, text) in bounds.marks where mark > bounds.low && mark < bounds.high {
            svg.line(
                axis.left, place(mark), axis.right, place(mark), stroke: TraceSVG.faint,
                more: "stroke-dasharray=\"4 4\"")
            svg.label(axis.right + 6, place(mark) + 4, text, size: 11, fill: TraceSVG.faint)
        }
        svg.polyline(trace.samples.map { (x: axis.x($0.at), y: place(value($0))) }, stroke: colour, width: "1.6")
        y = top + height + 18
    }

    private var currentBounds: (low: Double, high: Double, marks: [(Double, String)]) {
        let stall = trace.parameters.stallCurrent
        let most = trace.samples.reduce(1.0) { max($0, $1.current) }
        let least = trace.samples.reduce(0.0) { min($0, $1.current) }
        let high = (most * 2).rounded(.up) / 2
        let low = (least * 2).rounded(.down) / 2
        return (low, high, [(stall, "stall sensor"), (-stall, "stall sensor"), (0, "0")])
    }

    private var voltageBounds: (low: Double, high: Double, marks: [(Double, String)]) {
        let most = trace.samples.reduce(5.0) { max($0, $1.voltage) }
        let least = trace.samples.reduce(trace.parameters.brownOutVoltage - 0.1) { min($0, $1.voltage) }
        return (least.rounded(.down), most.rounded(.up), [(trace.parameters.brownOutVoltage, "brown-out")])
    }

    static let extendedColour = "#1b7f3b"
    static let retractedColour = "#1d6fd1"

    private mutating func drawLogic() {
        drawLogic("extended switch", Self.extendedColour) { $0.levels.limits.extended }
        drawLogic("retracted switch", Self.retractedColour) { $0.levels.limits.retracted }
        drawLogic("stall", "#b4530a") { $0.levels.stall }
        drawLogic("driver fault", "#c62828") { $0.levels.driverFault }
        drawLogic("door open", "#475569") { $0.isDoorOpen }
        if trace.samples.contains(where: { $0.lines.isButtonPressed }) {
            drawLogic("inside button", "#7c3aed") { $0.isButtonPressed }
        }
        if trace.samples.contains(where: { $0.lines.isTampered }) { drawLogic("tamper", "#c62828") { $0.isTampered } }
    }

    private mutating func drawLogic(_ title: String, _ colour: String, level: @escaping (TraceSample.Lines) -> Bool) {
        let low = y + 17
        let high = y + 3
        name(title, at: low - 3)
        var points: [(x: Double, y: Double)] = []
        for run in runs(of: { level($0.lines) }) {
            let place = run.value ? high : low
            if run.value {
                svg.rect(
                    run.left, high, max(run.right - run.left, 0.3), low - high, fill: colour,
                    more: "fill-opacity=\"0.25\"")
            }
            points.append((run.left, place))
            points.append((run.right, place))
        }
        svg.polyline(points, stroke: colour, width: "1.3")
        y += 25
    }
}
