import CommandSupport
import Glibc
import LockClient
import LockProtocol
import SecureChannel

/// Why a phone's command did not do what it is for: what happened, what to do, and how the program ends.
struct PhoneFailure: Error, Hashable, Sendable {
    var status: ExitStatus
    /// The fault code, where the lock gave one.
    var fault: String?
    var message: String
    var advice: String

    /// The stable word for programs, as `mortise` has it.
    var outcome: String {
        switch status {
        case .refused: "refused"
        case .failed: "failed"
        case .noAnswer: "noAnswer"
        case .unreachable: "unreachable"
        default: "notUnderstood"
        }
    }

    var json: JSONValue {
        .object([
            "outcome": .text(outcome), "fault": fault.map { .text($0) } ?? .null, "message": .text(message),
            "advice": .text(advice.split(separator: "\n").joined(separator: " ")),
        ])
    }

    static func file(_ operation: String, _ code: Int32) -> PhoneFailure {
        PhoneFailure(
            status: .failed, message: "cannot \(operation): \(String(cString: strerror(code))) (errno \(code))",
            advice: "The phone's key is kept there; --state-directory names another place.")
    }

    static func setup(_ message: String) -> PhoneFailure {
        PhoneFailure(status: .failed, message: message, advice: "--state-directory names another place.")
    }

    static func damagedFile(_ path: String) -> PhoneFailure {
        PhoneFailure(
            status: .failed, message: "\(path) is not a phone's key",
            advice: "Remove it to begin with a new phone; the lock still lists the old one's key, if it had one.")
    }

    static func damagedCheckpoint(_ path: String) -> PhoneFailure {
        PhoneFailure(
            status: .failed, message: "\(path) is not what a phone keeps of a lock's log",
            advice: "With --begin-anew the phone begins with the log as it is now.")
    }

    static func notPaired(_ options: PhoneOptions) -> PhoneFailure {
        PhoneFailure(
            status: .refused, message: "the phone “\(options.phone)” has not paired with the lock",
            advice: """
                Pair it by the lock's setup code, with the inside button pressed: \(options.command("pair --setup-code"))
                or by an invitation of a phone that has: \(options.command("pair CODE"))
                """)
    }

    /// The lock's own no.
    static func refused(_ refused: WireRefused) -> PhoneFailure {
        coded(.refused, refused.fault, refused.complaint, refused.retryAfterSeconds)
    }

    static func failed(_ failed: WireFailed) -> PhoneFailure {
        coded(.failed, failed.fault, failed.finding == .unspecified ? "" : word(failed.finding), 0)
    }

    private static func coded(
        _ status: ExitStatus, _ fault: WireFault, _ complaint: String, _ seconds: UInt32
    ) -> PhoneFailure {
        let code = word(fault)
        let words = complaint.isEmpty ? "" : ": \(complaint)"
        let wait = seconds == 0 ? "" : ", again in \(seconds) s"
        return PhoneFailure(
            status: status, fault: code,
            message: "\(status == .refused ? "refused" : "failed")\(words) (\(code))\(wait)",
            advice: FaultAdvice.sentences(for: code))
    }

    static func unexpected(_ what: String) -> PhoneFailure {
        PhoneFailure(
            status: .notUnderstood, message: "the lock was asked to \(what), and its answer is of another kind",
            advice: "Are simulator and phone of one version?")
    }

    init(status: ExitStatus, fault: String? = nil, message: String, advice: String) {
        self.status = status
        self.fault = fault
        self.message = message
        self.advice = advice
    }

    /// - Parameter isPairing: what a refusal means depends on what was wanted.
    init(_ error: ClientError, _ options: PhoneOptions, isPairing: Bool = false) {
        switch error {
        case .unreachable(let words):
            self.init(
                status: .unreachable, message: "the lock cannot be reached: \(words)",
                advice: "Does the simulator run? In another terminal: scripts/run")
        case .timedOut:
            self.init(
                status: .noAnswer, message: "the lock did not answer in time",
                advice: "What became of it is not known: \(options.command("status"))")
        case .refused(let refusal): self.init(refusal, options, isPairing: isPairing)
        case .notAuthentic(.wrongLock):
            self.init(
                status: .refused, message: "whoever answered knows the code, and is not the lock that it was made by",
                advice: "Is it an invitation from before a reset? Then ask for another.")
        case .notAuthentic(.refused(let refusal)): self.init(refusal, options, isPairing: isPairing)
        case .notAuthentic(.garbage), .notAuthentic(.broken):
            self.init(
                status: .notUnderstood, message: "what came from the lock is not authentic",
                advice: "Somebody in between changes it, or \(options.socket.path) is not the lock's.")
        case .goodbye(let reason): self.init(reason, options)
        }
    }

    private init(_ refusal: Refusal, _ options: PhoneOptions, isPairing: Bool) {
        switch refusal {
        case .unsupportedVersion(let newest):
            self.init(
                status: .refused, message: "the lock speaks version \(newest) of the protocol at most",
                advice: "Use a phone's program of the lock's version.")
        case .tryAgainLater(let seconds):
            self.init(
                status: .refused, message: "the lock does not listen now; again in \(seconds) s",
                advice: isPairing
                    ? "It is starting, or the code's secret was wrong lately: each time makes the wait longer."
                    : "It is starting.")
        case .pairingClosed:
            self.init(
                status: .refused, fault: "pairingClosed", message: "refused: pairing is closed (pairingClosed)",
                advice: FaultAdvice.sentences(for: "pairingClosed"))
        case .notAccepted:
            self.init(
                status: .refused,
                message: isPairing ? "the lock does not accept the code" : "the lock does not accept this phone's key",
                advice: isPairing
                    ? "An invitation is good for one phone and for its time; a setup code is of one lock only."
                    : """
                    It has been revoked, or the lock has been reset. To pair anew, first: \(options.command("forget"))
                    """)
        }
    }

    private init(_ reason: WireGoodbyeReason, _ options: PhoneOptions) {
        let forget = "To pair anew, first: \(options.command("forget"))"
        switch reason {
        case .revoked:
            self.init(
                status: .refused, fault: "revoked", message: "goodbye: this phone's key is no more", advice: forget)
        case .reset:
            self.init(
                status: .refused, message: "goodbye: the lock has been reset, and knows no phone any more",
                advice: forget)
        case .ending:
            self.init(
                status: .unreachable, message: "goodbye: the lock's program is ending",
                advice: "It usually comes back within seconds. What became of a request is not known until then.")
        case .idle:
            self.init(
                status: .unreachable, message: "goodbye: the lock has heard nothing of this phone for too long",
                advice: "Try again.")
        case .replaced:
            self.init(
                status: .unreachable, message: "goodbye: this phone has opened two other connections since",
                advice: "The lock keeps two connections of a phone. End one of the others, and try again.")
        case .unspecified, .UNRECOGNIZED:
            self.init(
                status: .unreachable, message: "goodbye, for a reason that this program does not know",
                advice: "Try again.")
        }
    }
}

/// The protocol's name for something, as the rest of Mortise spells it: `doorOpen`, `lockOut`. What is not known has its number.
func word(_ value: some Any) -> String { String(describing: value) }
