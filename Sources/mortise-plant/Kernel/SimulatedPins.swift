import Configuration
import GPIO
import Glibc
import LockCore

/// The lock's lines on gpio-sim, from the side of what is wired to them.
final class SimulatedPins {
    /// The kernel's number of each line that the lock drives.
    let motor: [MotorLine: Int]
    /// The names of those lines.
    let motorNames: [MotorLine: String]

    private let inputs: [InputLine: Input]
    private let motorValues: [MotorLine: String]
    private let chip: String

    private struct Input {
        var name: String
        var isActiveLow: Bool
        var pull: PullFile
    }

    /// An attribute that is written often, kept open.
    private final class PullFile {
        private let descriptor: Int32
        private let path: String

        init(_ path: String) throws(PlantError) {
            self.path = path
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw PlantError("open \(path)", errno: errno) }
        }

        deinit { close(descriptor) }

        func set(_ level: Bool) throws(PlantError) {
            let text: StaticString = level ? "pull-up" : "pull-down"
            guard pwrite(descriptor, text.utf8Start, text.utf8CodeUnitCount, 0) == text.utf8CodeUnitCount else {
                throw PlantError("write \(text) to \(path)", errno: errno)
            }
        }
    }

    private static let driver = "/sys/bus/platform/drivers/gpio-sim"
    private static let numbers = "/sys/kernel/debug/gpio"

    init(_ profile: BoardProfile) throws {
        let chip = try Chip(label: profile.chip)
        self.chip = profile.chip
        let folder = try Self.folder(of: chip.name)
        let base = try Self.base(of: chip.name)
        var motor: [MotorLine: Int] = [:]
        var values: [MotorLine: String] = [:]
        var names: [MotorLine: String] = [:]
        for line in MotorLine.allCases {
            let name = line.name(in: profile.lines)
            let offset = try chip.line(named: name).offset
            motor[line] = base + offset
            values[line] = "\(folder)/sim_gpio\(offset)/value"
            names[line] = name
        }
        self.motor = motor
        motorNames = names
        motorValues = values
        var inputs: [InputLine: Input] = [:]
        for line in InputLine.allCases {
            guard let wired = profile.lines[line.role] else { continue }
            let offset = try chip.line(named: wired.name).offset
            inputs[line] = Input(
                name: wired.name, isActiveLow: wired.isActiveLow,
                pull: try PullFile("\(folder)/sim_gpio\(offset)/pull"))
        }
        self.inputs = inputs
    }

    /// The lines that the profile has.
    func has(_ line: InputLine) -> Bool { inputs[line] != nil }

    /// Brings a line to what it is to say; a line that the board lacks is left out.
    func set(_ line: InputLine, active: Bool) throws(PlantError) {
        guard let input = inputs[line] else { return }
        try input.pull.set(active != input.isActiveLow)
    }

    /// The levels that gpio-sim has now. Of a line that nobody has taken that is its pull.
    func motorLevels() throws(PlantError) -> DrivenLevels {
        var levels = DrivenLevels()
        for (line, path) in motorValues { levels[line] = try KernelFile.read(path).first == "1" }
        return levels
    }

    /// Those of the motor's lines that somebody drives at this moment.
    func drivenLines() -> Set<MotorLine> {
        guard let chip = try? Chip(label: chip) else { return [] }
        return Set(
            motorNames.compactMap { line, name in
                guard let info = try? chip.line(named: name), info.isUsed, info.direction == .output else { return nil }
                return line
            })
    }

    /// Where gpio-sim has the pins of a chip (Documentation/admin-guide/gpio/gpio-sim.rst).
    private static func folder(of chip: String) throws(PlantError) -> String {
        for device in KernelFile.names(in: driver) where access("\(driver)/\(device)/\(chip)/sim_gpio0", F_OK) == 0 {
            return "\(driver)/\(device)/\(chip)"
        }
        throw PlantError(
            "find \(chip) in \(driver)", errno: 0, advice: "The profile's chip must be one of the kernel's gpio-sim.")
    }

    /// The kernel's number of a chip's first line, which is what its tracepoints count with.
    private static func base(of chip: String) throws(PlantError) -> Int {
        let text = try KernelFile.read(numbers)
        guard let base = base(of: chip, in: text) else {
            throw PlantError("find \(chip) in \(numbers)", errno: 0, advice: "Is debugfs mounted?")
        }
        return base
    }

    /// `gpiochip1: GPIOs 521-529, parent: platform/…`, and since Linux 6.13 `gpiochip1: 9 GPIOs, …` without numbers.
    static func base(of chip: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "," }
            guard words.count >= 3, words[0] == "\(chip):", words[1] == "GPIOs" else { continue }
            return words[2].split(separator: "-").first.flatMap { Int($0) }
        }
        return nil
    }
}

extension MotorLine {
    fileprivate func name(in lines: BoardLines) -> String {
        switch self {
        case .in1: lines.motorIn1.name
        case .in2: lines.motorIn2.name
        case .sleep: lines.motorSleep.name
        }
    }
}

extension InputLine {
    fileprivate var role: LineRole {
        switch self {
        case .extendedLimit: .limitExtended
        case .retractedLimit: .limitRetracted
        case .driverFault: .driverFault
        case .stall: .stall
        case .door: .door
        case .tamper: .tamper
        case .insideButton: .insideButton
        }
    }
}
