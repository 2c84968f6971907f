import CommandSupport
import LockCore
import LockSimulation

/// Draws the live view: a pure function of what is shown and of the window.
final class LiveFrame {
    let model: LiveModel
    let size: Terminal.Size
    private var lines: [StyledLine] = []

    /// The least that everything fits into.
    static let leastColumns = 80
    static let leastRows = 23
    private static let left = 3
    /// At most: the command of a phone may need a row of its own.
    private static let panelRows = 9
    /// Where the panel's second column begins.
    private static let middle = 42

    /// The rows of the window, as many as there are at most.
    static func draw(_ model: LiveModel, in size: Terminal.Size) -> [StyledLine] {
        let frame = LiveFrame(model: model, size: size)
        guard size.columns >= leastColumns, size.rows >= leastRows else {
            var line = StyledLine()
            line.add("The window is too small; it needs \(leastColumns) by \(leastRows).".prefix(max(0, size.columns)))
            return [line]
        }
        frame.draw()
        return frame.lines
    }

    private init(model: LiveModel, size: Terminal.Size) {
        self.model = model
        self.size = size
    }

    private func row(_ build: (inout StyledLine) -> Void = { _ in }) {
        var line = StyledLine()
        build(&line)
        lines.append(line)
    }

    private var width: Int { min(size.columns, 100) }

    private func draw() {
        row {
            $0.move(to: Self.left)
            $0.add("mortise", .title)
            $0.add("  \(model.board)", .faint)
        }
        if size.rows > Self.leastRows + 2 { row() }
        drawState()
        row()
        lines += BoltDrawing(mechanism: model.mechanism).lines(left: Self.left)
        row()
        let footer = footerLines()
        // In a low window the menu has the panel's place.
        let menuRows = Self.menuRows
        if !model.isChoosingFault || size.rows >= lines.count + Self.panelRows + 1 + menuRows + footer.count {
            drawPanel()
            row()
        }
        if model.isChoosingFault { drawMenu() } else { drawEvents(room: size.rows - lines.count - footer.count) }
        while lines.count < size.rows - footer.count { row() }
        lines.removeLast(max(0, lines.count - (size.rows - footer.count)))
        lines += footer
    }

    // MARK: State

    private func drawState() {
        let state = model.status?.state
        let (name, style, words) = Self.describe(state, isPowered: model.isPowered, model.status)
        row {
            $0.move(to: Self.left)
            $0.add("  \(name)  ", style)
            $0.add("  \(words)", .faint)
        }
    }

    private static func describe(
        _ state: LockState?, isPowered: Bool, _ status: Status?
    ) -> (String, StyledLine.Style, String) {
        guard isPowered else { return ("NO POWER", .onGrey, "the motor's lines are held off by their pull-downs") }
        guard let state else { return ("STARTING", .onGrey, "waiting for the switches and the store") }
        let name = state.name.uppercased()
        switch state {
        case .unknown: return (name, .onGrey, "the switches have not been read yet")
        case .locked: return (name, .onGreen, "the bolt is out, and the switches say so")
        case .unlocked: return (name, .onBlue, "the bolt is in, and the switches say so")
        case .locking: return (name, .onYellow, "on the way out; the switches will say when it is there")
        case .unlocking: return (name, .onYellow, "on the way in; the switches will say when it is there")
        case .calibrating: return (name, .onYellow, "if the bolt does not move, turn the thumbturn to mid-travel (T)")
        case .between: return (name, .onGrey, "the bolt is in mid-travel")
        case .jammed(let code): return (name, .onRed, "\(code.rawValue); unlocking is always tried (u)")
        case .fault(let code): return (name, .onRed, code.rawValue)
        }
    }

    // MARK: Panel

    private func drawPanel() {
        let mechanism = model.mechanism
        pair("motor", motor(mechanism), "door", [(mechanism.isDoorOpen ? "open" : "closed", .plain)])
        pair(
            "driver", driver(mechanism), "case",
            [(mechanism.isTampered ? "open" : "shut", mechanism.isTampered ? .red : .plain)])
        pair(
            "lines",
            [
                lamp("stall", mechanism.levels.stall, .yellow), ("  ", .plain),
                lamp("nFAULT", mechanism.levels.driverFault, .red), ("  ", .plain),
                lamp("button", mechanism.isButtonPressed, .blue),
            ], "battery", battery(mechanism))
        pair("relock", relock(), "mode", [(mode, .plain)])
        let alarms = model.status?.alarms.list.map(\.rawValue).joined(separator: ", ") ?? ""
        pair(
            "learned", [(learned, .plain)], "alarms",
            [(alarms.isEmpty ? "none" : alarms, alarms.isEmpty ? .faint : .red)])
        let faults = model.conditions.map(Self.words).joined(separator: ", ")
        row {
            $0.move(to: Self.left)
            $0.add("faults", .faint)
            $0.move(to: Self.left + 10)
            $0.add(
                faults.isEmpty ? "none" : String(faults.prefix(width - Self.left - 12)), faults.isEmpty ? .faint : .red)
        }
        drawPhones()
    }

    private func drawPhones() {
        let phones = model.phones
        if let obstacle = phones.obstacle {
            return named("phones", [("none can come: \(obstacle)", .red)])
        }
        let pairing: Piece =
            phones.isPairingOpen
            ? ("open: ", .yellow) : phones.hasOwner == true ? ("by invitation: ", .plain) : ("b opens it: ", .plain)
        let command = model.phoneCommand + (phones.hasOwner == true ? " invite --name NAME" : " pair --setup-code")
        if Self.left + 10 + pairing.text.count + command.count <= size.columns {
            named("pairing", [pairing, (command, .faint)])
        } else {
            named("pairing", [pairing])
            row {
                $0.move(to: Self.left)
                $0.add(command.prefix(max(0, size.columns - Self.left)), .faint)
            }
        }
        // What came over the channel is not to steer the terminal.
        let names = phones.sessions.map { "\(printable($0.name)) (key \($0.key))" }.joined(separator: ", ")
        named("phones", [(names.isEmpty ? "none connected" : names, names.isEmpty ? .faint : .green)])
    }

    /// A row of one value, cut where the window ends.
    private func named(_ name: String, _ pieces: [Piece]) {
        row {
            $0.move(to: Self.left)
            $0.add(name, .faint)
            $0.move(to: Self.left + 10)
            var room = size.columns - Self.left - 10
            for piece in pieces {
                $0.add(piece.text.prefix(max(0, room)), piece.style)
                room -= piece.text.count
            }
        }
    }

    private typealias Piece = (text: String, style: StyledLine.Style)

    private func pair(_ name: String, _ value: [Piece], _ other: String, _ otherValue: [Piece]) {
        row {
            $0.move(to: Self.left)
            $0.add(name, .faint)
            $0.move(to: Self.left + 10)
            for piece in value { $0.add(piece.text, piece.style) }
            $0.move(to: Self.middle)
            $0.add(other, .faint)
            $0.move(to: Self.middle + 10)
            for piece in otherValue { $0.add(piece.text, piece.style) }
        }
    }

    private func lamp(_ name: String, _ isOn: Bool, _ style: StyledLine.Style) -> Piece {
        (isOn ? "● \(name)" : "○ \(name)", isOn ? style : .faint)
    }

    private func motor(_ mechanism: PhysicalModel) -> [Piece] {
        let amperes = Decimal.fixed(mechanism.current.magnitude, 2)
        switch mechanism.energisedDirection {
        case .extend: return [("▶▶ extend ", .green), ("\(amperes) A", .plain)]
        case .retract: return [("◀◀ retract", .blue), (" \(amperes) A", .plain)]
        case nil:
            return mechanism.isBraking ? [("■ brake", .yellow)] : [("off", .faint)]
        }
    }

    private func driver(_ mechanism: PhysicalModel) -> [Piece] {
        guard mechanism.output.isAwake else { return [("asleep", .faint)] }
        let temperature = Decimal.fixed(mechanism.windingTemperature, 0)
        return [("awake, \(mechanism.output.bridge.rawValue)", .plain), ("  winding \(temperature) °C", .faint)]
    }

    private func battery(_ mechanism: PhysicalModel) -> [Piece] {
        let volts = Decimal.fixed(mechanism.terminalVoltage, 2)
        guard case .level(let percent, _) = mechanism.battery else {
            return [("gauge silent", .red), ("  \(volts) V", .plain)]
        }
        let full = min(10, max(0, (percent + 5) / 10))
        let style: StyledLine.Style = percent < 10 ? .red : percent < 25 ? .yellow : .green
        return [
            (String(repeating: "▰", count: full) + String(repeating: "▱", count: 10 - full), style),
            (" \(percent) %", .plain), ("  \(volts) V", .faint),
        ]
    }

    private func relock() -> [Piece] {
        guard let status = model.status else { return [("–", .faint)] }
        if let deadline = status.relockDeadline {
            let seconds = max(0, (deadline - model.now).wholeNanoseconds + 999_999_999) / 1_000_000_000
            return [("in \(seconds) s", .yellow)]
        }
        guard let after = status.settings.autoRelockMilliseconds else { return [("off", .faint)] }
        return [("\(after / 1000) s after unlocking", .plain)]
    }

    private var mode: String {
        switch model.status?.settings.mode {
        case .normal: "normal"
        case .passage: "passage: no auto-relock"
        case .lockOut: "lock-out: only the inside button unlocks"
        case nil: "–"
        }
    }

    private var learned: String {
        guard let calibration = model.status?.calibration else { return "not calibrated" }
        return
            "out \(calibration.extendNanoseconds / 1_000_000) ms, in \(calibration.retractNanoseconds / 1_000_000) ms"
    }

    // MARK: Events

    private func drawEvents(room: Int) {
        guard room > 0 else { return }
        for event in model.events.suffix(room) {
            let time = event.at - model.began
            row {
                let text = Decimal.fixed(Double(max(0, time.wholeNanoseconds)) * 1e-9, 3)
                $0.move(to: max(Self.left, Self.left + 9 - text.count))
                $0.add(text, .faint)
                $0.add("  ")
                $0.add(event.text.prefix(max(0, width - 16)), Self.style(event.kind))
            }
        }
    }

    private static func style(_ kind: LiveModel.Event.Kind) -> StyledLine.Style {
        switch kind {
        case .asked: .bold
        case .answered: .green
        case .trouble: .red
        case .noticed: .faint
        case .hand: .yellow
        }
    }

    // MARK: Faults

    private func drawMenu() {
        let entries = FaultMenu.entries
        for number in 0..<Self.menuRows {
            row {
                for column in 0..<FaultMenu.columns {
                    let index = number + column * Self.menuRows
                    guard index < entries.count else { return }
                    let entry = entries[index]
                    let isOn = model.conditions.contains(entry.action)
                    $0.move(to: Self.menuLeft + column * Self.menuColumn)
                    $0.add(String(entry.key), .key)
                    $0.add(isOn ? " ● " : " ○ ", isOn ? .red : .faint)
                    $0.add(entry.label, isOn ? .red : .plain)
                }
            }
        }
    }

    private static var menuRows: Int { (FaultMenu.entries.count + FaultMenu.columns - 1) / FaultMenu.columns }
    private static let menuLeft = 1
    /// A key, a lamp, a label and a gap.
    private static let menuColumn = FaultMenu.labelWidth + 6

    /// What is wrong, in a scenario's words.
    private static func words(_ condition: ScenarioAction) -> String {
        switch condition {
        case .fault(let fault): fault.description
        case .store: "disk fails"
        case .boltThreadHeldUp: "thread held up"
        case .clock(let clock): "clock \(clock.rawValue)"
        case .clockJump(let seconds): "clock \(seconds < 0 ? "" : "+")\(seconds) s"
        default: ""
        }
    }

    // MARK: Keys

    private func footerLines() -> [StyledLine] {
        let keys: [[(String, String)]] =
            model.isChoosingFault
            ? [[("a–z 1–3", "puts a fault in or takes it out"), ("0", "ends all"), ("f", "back")]]
            : [
                [
                    ("l", "lock"), ("u", "unlock"), ("c", "calibrate"), ("b", "inside button"), ("d", "door"),
                    ("t T", "thumbturn"), ("x", "case"),
                ],
                [
                    ("f", "faults"), ("p", "power cut"), ("s", "disk"), ("+-", "battery"), ("r", "relock"),
                    ("m", "mode"), ("k", "seen"), ("q", "quit"),
                ],
            ]
        var footer: [StyledLine] = []
        for group in keys {
            var line = StyledLine()
            line.move(to: Self.left)
            for (index, (key, word)) in group.enumerated() {
                if index > 0 { line.add("  ") }
                line.add(key, .key)
                line.add(" \(word)", .faint)
            }
            footer.append(line)
        }
        return [StyledLine()] + footer + (model.isChoosingFault ? [] : hintLines())
    }

    /// What a second terminal says, on two lines where one is too narrow.
    private func hintLines() -> [StyledLine] {
        let room = max(0, size.columns - Self.left)
        let whole = "MORTISE_BUS=\(model.address) \(model.command) status"
        let texts = whole.count <= room ? [whole] : ["export MORTISE_BUS=\(model.address)", "\(model.command) status"]
        return texts.map { text in
            var line = StyledLine()
            line.move(to: Self.left)
            line.add(text.prefix(room), .faint)
            return line
        }
    }
}
