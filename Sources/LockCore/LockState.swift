/// What the lock says of itself. Sensors are the truth: `locked` and `unlocked` are said only while they agree.
package enum LockState: Hashable, Sendable {
    /// Not yet booted, or the sensors have not been read.
    case unknown
    case calibrating
    case locked
    case unlocked
    case locking
    case unlocking
    /// At rest in mid-travel, without a known obstruction.
    case between
    /// A stroke was given up after its retries. Latched; unlocking is always accepted.
    case jammed(FaultCode)
    /// A sensor or the driver cannot be believed. Latched until it is disproved.
    case fault(FaultCode)

    /// The state's stable name, without its cause.
    package var name: String {
        switch self {
        case .unknown: "unknown"
        case .calibrating: "calibrating"
        case .locked: "locked"
        case .unlocked: "unlocked"
        case .locking: "locking"
        case .unlocking: "unlocking"
        case .between: "between"
        case .jammed: "jammed"
        case .fault: "fault"
        }
    }

    /// Every state name, in the order of the documentation.
    package static let names = [
        "unknown", "calibrating", "locked", "unlocked", "locking", "unlocking", "between", "jammed", "fault",
    ]

    /// The cause of a latched state.
    package var cause: FaultCode? {
        switch self {
        case .jammed(let code), .fault(let code): code
        default: nil
        }
    }
}
