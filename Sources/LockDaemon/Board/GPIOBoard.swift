package import Configuration
internal import GPIO
internal import LockCore
internal import SystemdRuntime

/// The real board: the profile's lines on the kernel's GPIO chip, and its battery in the kernel's power_supply class.
package final class GPIOBoard: Board {
    package let name: String
    package let boltLines: GPIOBoltLines
    package let loopLines: GPIOLoopLines
    package let gauge: PowerSupplyGauge

    /// What `gpioinfo` shows as the lines' consumer.
    package static let consumer = "mortised"

    /// Takes the lines, all or none. The motor's outputs are inactive when it returns, whatever they were: nothing moves.
    ///
    /// - Parameters:
    ///   - report: gets what a person should know though the lock works without: in words, each once until it changes. Called on
    ///     the loop's thread and in this initialiser.
    package init(
        _ profile: BoardProfile, report: @escaping @Sendable (String) -> Void
    ) throws(GPIOBoardError) {
        name = profile.name
        do throws(GPIOError) {
            let chip = try Chip(label: profile.chip)
            boltLines = try GPIOBoltLines(profile, on: chip)
            loopLines = try GPIOLoopLines(profile, on: chip)
        } catch {
            throw .gpio(description: error.description, mayPass: error.mayPass)
        }
        gauge = PowerSupplyGauge(name: profile.powerSupply, report: report)
    }
}

/// Why the board's lines could not be had.
package enum GPIOBoardError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `mayPass`: trying again may help without anybody mending anything.
    case gpio(description: String, mayPass: Bool)

    package var description: String {
        switch self {
        case .gpio(let description, _): description
        }
    }

    package var mayPass: Bool {
        switch self {
        case .gpio(_, let mayPass): mayPass
        }
    }
}

extension BoardError {
    /// What the adapter says, in the daemon's words.
    init(_ error: GPIOError) {
        self.init(operation: error.operation.rawValue, chip: error.chip, line: error.line, errno: error.errno)
    }
}

extension LineSettings {
    /// An input as the profile has it, reporting both edges.
    static func watched(_ line: GPIOLine, debounce: Duration = .zero) -> LineSettings {
        let bias: Bias =
            switch line.bias {
            case .asIs: .asIs
            case .disabled: .disabled
            case .pullUp: .pullUp
            case .pullDown: .pullDown
            }
        return .input(activeLow: line.isActiveLow, bias: bias, edges: .both, debounce: debounce)
    }
}
