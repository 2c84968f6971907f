/// One command waiting for a stroke's end. Every ticket gets exactly one audit entry, and one reply if somebody asked.
package struct Ticket: Hashable, Sendable {
    /// nil: nobody waits for a reply (inside button, auto-relock, recovery, the device itself).
    package var id: RequestID?
    package var origin: Origin
    package var action: AuditAction
    /// The motion that is journaled for it, and closed by its audit entry; nil until then.
    package var motion: MotionID?
    /// What the journal has answered, if it has.
    package var isJournaled: Bool?
}

/// A stroke under way: from the journal entry to the sensors' verdict.
package struct Stroke: Hashable, Sendable {
    package let goal: Target
    /// The motion that the motor waits for: the first ticket's.
    package let motion: MotionID
    /// Bounded by ``maximumTickets``, and one more for the inside button.
    package var tickets: [Ticket]
    package var phase: Phase
    /// 1 for the first try.
    package var attempt = 1
    /// What went wrong besides, without stopping the stroke.
    package var warning: FaultCode?
    /// Set when the stroke must end before its goal.
    package var interruption: Interruption?
    /// What earlier attempts have shown.
    package var evidence = Evidence()
    package var calibration: CalibrationRun?

    /// Beyond this many people asking for the same thing at once, the next one is told `busy`.
    package static let maximumTickets = 8

    /// Data that exists only in a phase lives in that phase. Each deadline is the stroke timer's.
    package enum Phase: Hashable, Sendable {
        /// Waiting, for a bounded time, until the motion is durable.
        case journaling(deadline: Instant)
        /// The sleep line is up; the driver needs a moment.
        case waking(Move, deadline: Instant)
        /// The motor is energised, or about to be. The deadline is long after the cap: it guards against a bolt thread that
        /// does not answer.
        case driving(Move, DriveID, deadline: Instant)
        case braking(Move, MoveEnd, deadline: Instant)
        /// Dead time.
        case coasting(Move, MoveEnd, deadline: Instant)
        /// Resting before the next attempt.
        case pausing(deadline: Instant)
        /// Calibration waits for somebody to turn the thumbturn to mid-travel.
        case awaitingHand(deadline: Instant)
        /// The driver sleeps; the switches come to rest. `verdict` nil: ask the sensors.
        case settling(Arrival?, verdict: Verdict?, deadline: Instant)

        package var deadline: Instant {
            switch self {
            case .journaling(let deadline), .waking(_, let deadline), .driving(_, _, let deadline),
                .braking(_, _, let deadline), .coasting(_, _, let deadline), .pausing(let deadline),
                .awaitingHand(let deadline), .settling(_, _, let deadline):
                deadline
            }
        }

        /// Whether the driver may be energised or is still within its dead time, so that it cannot simply be left.
        package var isInMotion: Bool {
            switch self {
            case .driving, .braking, .coasting: true
            case .journaling, .waking, .pausing, .awaitingHand, .settling: false
            }
        }

        package var name: String {
            switch self {
            case .journaling: "journaling"
            case .waking: "waking"
            case .driving: "driving"
            case .braking: "braking"
            case .coasting: "coasting"
            case .pausing: "pausing"
            case .awaitingHand: "awaitingHand"
            case .settling: "settling"
            }
        }
    }

    /// What attempts have shown, for naming the fault in the end.
    package struct Evidence: Hashable, Sendable {
        /// An attempt left its limit and did not arrive.
        package var leftAndDidNotArrive = false
        /// An attempt did not leave its limit, so that what happens is not the same every time: a gear that slips, not an
        /// obstruction.
        package var didNotLeave = false
        /// Backing off took as long as a whole stroke: the bolt had been at the far end, and its switch did not say so.
        package var farSwitchIsSilent = false
        /// The adapted cap ended an attempt, which may be its own fault: one more attempt is due, with the board's own.
        package var capMayBeTooShort = false
    }

    /// Why a stroke is ended before its goal.
    package struct Interruption: Hashable, Sendable {
        /// What the interrupted tickets are told.
        package var code: FaultCode
        /// What is done instead.
        package var successor: Successor
    }

    package struct Successor: Hashable, Sendable {
        package var goal: Target
        package var tickets: [Ticket]
    }

    /// A move that ended at the limit ahead of it.
    package struct Arrival: Hashable, Sendable {
        package var move: Move
        package var elapsed: Duration
    }

    /// How a stroke ends.
    package enum Verdict: Hashable, Sendable {
        case done
        /// Nothing was moved, or no longer: the position is what the sensors say.
        case refused(FaultCode)
        /// Latched as a jam.
        case jammed(FaultCode, CalibrationFinding? = nil)
        /// Latched as a fault.
        case faulty(FaultCode, CalibrationFinding? = nil)
    }
}

/// One energising of the motor within a stroke.
package struct Move: Hashable, Sendable {
    package enum Purpose: Hashable, Sendable {
        /// Toward the goal.
        case advance
        /// Away from an obstruction, before trying again.
        case backOff
        /// Calibration: toward a limit from anywhere, unmeasured.
        case seek
        /// Calibration: from limit to limit, measured.
        case measure
    }

    package var purpose: Purpose
    package var direction: Direction
    /// Whether the limit switch behind was active when the move began, so that the travel is a full one.
    package var isFull: Bool
}

/// How a move ended, without the identifiers that are no longer needed.
package struct MoveEnd: Hashable, Sendable {
    package var reason: DriveEnd.Reason
    package var elapsed: Duration
    package var leftStart: Bool
    package var limits: LimitReading
}

/// What a calibration has learned so far.
package struct CalibrationRun: Hashable, Sendable {
    package var extend: Duration?
    package var retract: Duration?
    /// The thumbturn has been asked for once; a second time would be a riddle, not a procedure.
    package var hasAskedForHand = false
    /// What the bolt that did not leave its limit looked like.
    package var standstill = FaultCode.notMoving
}
