package import Configuration
internal import GPIO

/// Compares a board profile with the board, without taking a line: for bringing a board up, and beside a daemon that runs.
package struct BoardCheck: Sendable {
    /// For people: a line about the library, one for the chip and one for every role.
    package let text: String
    /// Whether the chip and every line of the profile are there. A line in use is: the daemon may be what uses it.
    package let isWell: Bool

    package init(_ profile: BoardProfile) {
        var rows = ["\(Capabilities.current)"]
        var isWell = true
        do throws(GPIOError) {
            let chip = try Chip(label: profile.chip)
            rows.append("chip \(profile.chip): \(chip.name), \(chip.lineCount) lines")
            for role in LineRole.allCases {
                guard let line = profile.lines[role] else {
                    rows.append("\(role.rawValue): none on this board")
                    continue
                }
                do throws(GPIOError) {
                    rows.append("\(role.rawValue): \(Self.words(for: try chip.line(named: line.name)))")
                } catch {
                    isWell = false
                    rows.append("\(role.rawValue): \(error)")
                }
            }
        } catch {
            isWell = false
            rows.append("\(error)")
        }
        text = rows.joined(separator: "\n") + "\n"
        self.isWell = isWell
    }

    private static func words(for line: LineInfo) -> String {
        let user =
            if !line.isUsed { "free" } else if line.consumer.isEmpty { "in use" } else {
                "in use by \"\(line.consumer)\""
            }
        return "\(line.name), offset \(line.offset), \(line.direction.rawValue) now, \(user)"
    }
}
