import CommandSupport
import LockCore

/// Why there is no good answer. Each case is one exit status.
package enum LockClientError: Error, Hashable, Sendable {
    /// The bus itself could not be reached, or was lost.
    case busUnreachable(detail: String)
    /// The bus is there, the daemon is not on it.
    case daemonAbsent(bus: String, detail: String)
    /// The daemon left the bus, or let go of the request, while it was being waited for.
    case daemonLost(doing: String, detail: String)
    case noAnswer(doing: String, seconds: Int)
    /// By the daemon or by the bus; the message says which group is needed when the daemon said so.
    case notAuthorised(message: String)
    /// The code as it was sent: a newer daemon may know more.
    case refused(code: String, message: String)
    case failed(code: String, message: String)
    case storeUnavailable(message: String)
    /// What was set applies, and is not in the store.
    case notDurable(message: String)
    case overloaded(message: String)
    /// What was waited for did not happen: nobody's phone has paired.
    case nobodyPaired(seconds: Int)
    /// An answer of the wrong shape, or an error that is not in the interface's list.
    case notUnderstood(doing: String, detail: String)
}

extension LockClientError {
    var status: ExitStatus {
        switch self {
        case .busUnreachable, .daemonAbsent, .daemonLost: .unreachable
        case .noAnswer, .nobodyPaired: .noAnswer
        case .notAuthorised: .notAuthorised
        case .refused, .overloaded: .refused
        case .failed, .storeUnavailable, .notDurable: .failed
        case .notUnderstood: .notUnderstood
        }
    }

    /// The stable word for programs: the `outcome` of the JSON object.
    var outcome: String {
        switch self {
        case .busUnreachable, .daemonAbsent, .daemonLost: "unreachable"
        case .noAnswer, .nobodyPaired: "noAnswer"
        case .notAuthorised: "notAuthorised"
        case .refused, .overloaded: "refused"
        case .failed, .storeUnavailable, .notDurable: "failed"
        case .notUnderstood: "notUnderstood"
        }
    }

    /// The fault code as it was sent; nil when the trouble is not the lock's.
    var fault: String? {
        switch self {
        case .refused(let code, _), .failed(let code, _): code
        default: nil
        }
    }

    /// What happened.
    var message: String {
        switch self {
        case .busUnreachable(let detail): detail.prefix(1).lowercased() + detail.dropFirst()
        case .daemonAbsent(let bus, let detail): "mortised is not on \(bus): \(detail)"
        case .daemonLost(let doing, let detail): "mortised gave no answer when it was asked to \(doing): \(detail)"
        case .noAnswer(let doing, let seconds): "no answer within \(seconds) s when mortised was asked to \(doing)"
        case .notAuthorised(let message): "not authorised: \(message)"
        case .refused(let code, let message): Self.coded("refused", code, message)
        case .failed(let code, let message): Self.coded("failed", code, message)
        case .storeUnavailable(let message): message.prefix(1).lowercased() + message.dropFirst()
        case .notDurable(let message): message.hasPrefix("failed: ") ? message : "failed: \(message)"
        case .overloaded(let message): "refused: \(message)"
        case .nobodyPaired(let seconds): "no phone has paired within \(seconds) s"
        case .notUnderstood(let doing, let detail):
            "mortised was asked to \(doing), and its answer cannot be understood: \(detail)"
        }
    }

    /// What it means and what to do. `isOwnBus`: the bus was chosen by hand, so that the lock is not the system's service.
    func advice(isOwnBus: Bool) -> String {
        switch self {
        case .busUnreachable, .daemonAbsent: Self.absence(isOwnBus: isOwnBus)
        case .daemonLost:
            "What became of it is not known: \(isOwnBus ? "" : "journalctl -u mortised, then ")mortise status."
        case .noAnswer:
            "What became of it is not known: mortise status shows where the bolt is."
        case .notAuthorised:
            "Be root or in the group mortise for status, lock and unlock, in mortise-admin for the rest."
        case .refused(let code, _), .failed(let code, _): FaultAdvice.sentences(for: code)
        case .storeUnavailable:
            "The lock works without its store; see mortise doctor\(isOwnBus ? "" : " and journalctl -u mortised")."
        case .notDurable: "It is written by itself when the store works again; mortise doctor says how the store is."
        case .overloaded: "Too many requests at once; try again in a moment."
        case .nobodyPaired: "Press the inside button, and have the phone read the code that mortise setup-code shows."
        case .notUnderstood: "Are mortise and mortised of one version? See: mortise doctor."
        }
    }

    private static func absence(isOwnBus: Bool) -> String {
        isOwnBus
            ? """
            Does the lock still run that this bus belongs to? mortise-sim shows its address, which is new at each start.
            The bus was chosen with --bus or the environment variable MORTISE_BUS; without them it is the system's.
            """
            : """
            Is mortised running? See: systemctl status mortised
            Another bus is chosen with --bus ADDRESS or the environment variable MORTISE_BUS.
            """
    }

    /// `refused: door is open (doorOpen)`: the daemon's words, begun with the outcome once and ended with the code.
    private static func coded(_ outcome: String, _ code: String, _ message: String) -> String {
        let words = message.hasPrefix("\(outcome): ") ? message : "\(outcome): \(message)"
        return "\(printable(words)) (\(printable(code)))"
    }
}
