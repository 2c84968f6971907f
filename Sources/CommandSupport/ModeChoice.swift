import ArgumentParser
package import LockCore

/// The modes as they are typed.
package enum ModeChoice: String, CaseIterable, ExpressibleByArgument, Sendable {
    case normal
    case passage
    case lockOut = "lock-out"

    package var mode: OperatingMode {
        switch self {
        case .normal: .normal
        case .passage: .passage
        case .lockOut: .lockOut
        }
    }
}
