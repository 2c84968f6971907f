import LockCore
import LockSimulation

/// The bolt between the lock's body and the strike, to scale: two columns a millimetre, and eighths of a column.
struct BoltDrawing {
    let mechanism: PhysicalModel

    private static let bodyWidth = 22
    private static let columnsPerMillimetre = 2
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    private var travel: Int { Int(mechanism.parameters.travel) * Self.columnsPerMillimetre }
    /// Where the strike begins, from the body's face.
    private var entry: Int { Int(mechanism.parameters.strikeEntry) * Self.columnsPerMillimetre }

    func lines(left: Int) -> [StyledLine] {
        let body = Self.bodyWidth
        let strike = travel - entry + 2
        let isOpen = mechanism.isDoorOpen
        func border(_ corners: (String, String), _ strikeCorners: (String, String)) -> StyledLine {
            var line = StyledLine()
            line.move(to: left)
            line.add(corners.0 + String(repeating: "─", count: body) + corners.1, .faint)
            guard !isOpen else { return line }
            line.move(to: left + 2 + body + entry)
            line.add(strikeCorners.0 + String(repeating: "─", count: strike) + strikeCorners.1, .faint)
            return line
        }
        return [
            border(("╭", "╮"), ("╭", "╮")), boltLine(left, false), boltLine(left, true), border(("╰", "╯"), ("╰", "╯")),
        ]
            + [switchLine(left)]
    }

    /// One of the bolt's two rows.
    private func boltLine(_ left: Int, _ isLower: Bool) -> StyledLine {
        var line = StyledLine()
        line.move(to: left)
        line.add("│", .faint)
        // Inside the body the bolt is seen from its tail on.
        let eighths = Int((max(0, min(mechanism.position, mechanism.parameters.travel)) * 16).rounded())
        let tail = min(Self.bodyWidth - 2, 2 + eighths / 16)
        line.add(String(repeating: " ", count: tail))
        line.add(String(repeating: "█", count: Self.bodyWidth - tail + 1 + eighths / 8), boltStyle)
        line.add(Self.eighths[eighths % 8], boltStyle)
        if let obstruction = obstructionColumn, line.width <= left + 2 + Self.bodyWidth + obstruction {
            line.move(to: left + 2 + Self.bodyWidth + obstruction)
            line.add("▓▓", .red)
        }
        let end = left + 2 + Self.bodyWidth + travel + 3
        if mechanism.isDoorOpen {
            guard isLower else { return line }
            line.move(to: end - 9)
            line.add("door open", .yellow)
        } else {
            if line.width <= left + 2 + Self.bodyWidth + entry {
                line.move(to: left + 2 + Self.bodyWidth + entry)
                line.add("┊", .faint)
            }
            line.move(to: end)
            line.add("│", .faint)
        }
        return line
    }

    private var boltStyle: StyledLine.Style {
        switch mechanism.energisedDirection {
        case .extend: .green
        case .retract: .blue
        case nil: .metal
        }
    }

    private var obstructionColumn: Int? {
        for case .obstruction(let at, _) in mechanism.faults { return Int(at) * Self.columnsPerMillimetre }
        return nil
    }

    /// The switches under the places at which they close, and where the bolt is.
    private func switchLine(_ left: Int) -> StyledLine {
        let face = left + 2 + Self.bodyWidth
        var line = StyledLine()
        func lamp(_ name: String, _ isOn: Bool, before: Bool) {
            let mark = isOn ? "●" : "○"
            line.add(before ? "\(name) \(mark)" : "\(mark) \(name)", isOn ? .green : .faint)
        }
        line.move(to: face - 10)
        lamp("retracted", mechanism.levels.limits.retracted, before: true)
        let millimetres = "\(Decimal.fixed(mechanism.position, 1)) mm"
        line.move(to: face + travel / 2 - millimetres.count / 2)
        line.add(millimetres, .plain)
        line.move(to: face + travel - 10)
        lamp("extended", mechanism.levels.limits.extended, before: true)
        return line
    }
}
