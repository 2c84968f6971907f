import CommandSupport
import LockCore
import LockDaemon
import LockSimulation

/// All that the live view shows.
struct LiveModel {
    /// Something that has happened.
    struct Event: Hashable, Sendable {
        enum Kind: Hashable, Sendable { case asked, answered, trouble, noticed, hand }
        var at: Instant
        var kind: Kind
        var text: String
    }

    var mechanism: PhysicalModel
    var isPowered = true
    var status: Status?
    var now: Instant
    var address: String
    var board: String
    private(set) var events: [Event] = []
    /// What is wrong at the moment.
    var conditions: [ScenarioAction] = []
    /// How `mortise` is called on this machine.
    var command = "mortise"
    var phones = PhoneView()
    /// How a phone of this machine's user is called, up to the word that says what it does.
    var phoneCommand = "mortise-sim phone"
    /// The fault menu is open.
    var isChoosingFault = false
    let began: Instant

    /// More than any window shows.
    private static let eventCapacity = 200

    init(mechanism: PhysicalModel, address: String, board: String, now: Instant) {
        self.mechanism = mechanism
        self.address = address
        self.board = board
        self.now = now
        began = now
    }

    mutating func note(_ kind: Event.Kind, _ text: String, at instant: Instant) {
        if events.count == Self.eventCapacity { events.removeFirst() }
        events.append(Event(at: instant, kind: kind, text: text))
    }

    /// A command was asked for too often to be looked at.
    mutating func pass(over command: Command, from origin: Origin, at instant: Instant) {
        note(.trouble, "\(Self.name(command)), by \(origin.text): passed over, asked too often", at: instant)
    }

    /// Takes what the lock says of phones, and notes what is new in it.
    mutating func take(_ new: PhoneView, at instant: Instant) {
        let old = phones
        phones = new
        phones.obstacle = old.obstacle
        if new.isPairingOpen != old.isPairingOpen {
            note(.noticed, new.isPairingOpen ? "pairing is open, for a minute" : "pairing is closed", at: instant)
        }
        for session in new.sessions where !old.sessions.contains(session) {
            note(.noticed, "phone connected: \(printable(session.name)), key \(session.key)", at: instant)
        }
    }

    /// Takes what a turn of the core says.
    mutating func take(_ turn: DaemonTurn) {
        status = turn.status
        switch turn.input {
        case .boot: note(.noticed, "started: \(turn.status.state.text)", at: turn.at)
        case .command(let command, let origin, _): note(.asked, "\(Self.name(command)), by \(origin.text)", at: turn.at)
        case .insideButton(isPressed: true): note(.asked, "unlock, by the inside button", at: turn.at)
        case .driveEnded(let end):
            let elapsed = (end.ended - end.began).wholeMilliseconds
            note(.noticed, "drive ended after \(elapsed) ms: \(Self.words(end.reason))", at: turn.at)
        default: break
        }
        for effect in turn.effects { take(effect, at: turn.at) }
    }

    private mutating func take(_ effect: Effect, at instant: Instant) {
        switch effect {
        case .record(let event, _): take(event, at: instant)
        case .alarm(let alarm, let isActive):
            note(isActive ? .trouble : .noticed, "alarm \(alarm.rawValue) \(isActive ? "on" : "off")", at: instant)
        case .drive(let direction, let cap, _, _):
            note(.noticed, "drive: \(direction.rawValue), at most \(cap.wholeMilliseconds) ms", at: instant)
        default: break
        }
    }

    /// The audit log's entries, as its owner would read them.
    private mutating func take(_ event: AuditEvent, at instant: Instant) {
        switch event.action {
        // These have a line of their own.
        case .boot, .doorAjar, .forcedOpen, .tampered, .lowBattery, .batteryUnreadable, .alarmEnded: return
        default: break
        }
        let isTrouble =
            switch event.outcome {
            case .done, .already: false
            case .refused, .failed: true
            }
        note(
            isTrouble ? .trouble : .answered,
            "\(event.action.rawValue): \(event.outcome.text), for \(event.origin.text)",
            at: instant)
    }

    private static func name(_ command: Command) -> String {
        switch command {
        case .lock: "lock"
        case .unlock: "unlock"
        case .calibrate: "calibrate"
        case .configure: "settings"
        case .acknowledgeAlarms: "acknowledge alarms"
        }
    }

    private static func words(_ reason: DriveEnd.Reason) -> String {
        switch reason {
        case .limit: "the switch ahead"
        case .wrongLimit: "the switch behind"
        case .stall: "the motor stalled"
        case .driverFault: "the driver's fault"
        case .cap: "its cap"
        case .stopped: "stopped"
        case .notStarted: "not started"
        }
    }
}
