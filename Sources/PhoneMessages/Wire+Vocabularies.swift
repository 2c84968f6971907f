package import LockCore
package import LockProtocol

// The core's vocabularies as the protocol has them. Both have the same names; a new one on either side does not compile until it is here.

extension WireFault {
    package init(_ code: FaultCode) {
        switch code {
        case .blocked: self = .blocked
        case .stalled: self = .stalled
        case .timeout: self = .timeout
        case .notMoving: self = .notMoving
        case .sensorConflict: self = .sensorConflict
        case .sensorStuck: self = .sensorStuck
        case .driverFault: self = .driverFault
        case .lowBattery: self = .lowBattery
        case .powerLost: self = .powerLost
        case .doorOpen: self = .doorOpen
        case .busy: self = .busy
        case .cancelled: self = .cancelled
        case .notCalibrated: self = .notCalibrated
        case .overheated: self = .overheated
        case .journalUnavailable: self = .journalUnavailable
        case .forcedOpen: self = .forcedOpen
        case .tampered: self = .tampered
        case .lockedOut: self = .lockedOut
        case .invalidRequest: self = .invalidRequest
        case .notAllowed: self = .notAllowed
        case .outOfSchedule: self = .outOfSchedule
        case .expired: self = .expired
        case .usedUp: self = .usedUp
        case .clockUntrusted: self = .clockUntrusted
        case .revoked: self = .revoked
        case .lastOwner: self = .lastOwner
        case .noSuchKey: self = .noSuchKey
        case .noSuchInvitation: self = .noSuchInvitation
        case .full: self = .full
        case .pairingClosed: self = .pairingClosed
        case .notConfirmed: self = .notConfirmed
        case .storeUnavailable: self = .storeUnavailable
        case .unsupported: self = .unsupported
        }
    }
}

extension WireAction {
    package init(_ action: AuditAction) {
        switch action {
        case .boot: self = .boot
        case .lock: self = .lock
        case .unlock: self = .unlock
        case .calibrate: self = .calibrate
        case .configure: self = .configure
        case .acknowledgeAlarms: self = .acknowledgeAlarms
        case .movedByHand: self = .movedByHand
        case .fault: self = .fault
        case .faultCleared: self = .faultCleared
        case .doorAjar: self = .doorAjar
        case .forcedOpen: self = .forcedOpen
        case .tampered: self = .tampered
        case .lowBattery: self = .lowBattery
        case .batteryUnreadable: self = .batteryUnreadable
        case .alarmEnded: self = .alarmEnded
        case .keyAdded: self = .keyAdded
        case .keyChanged: self = .keyChanged
        case .keyRemoved: self = .keyRemoved
        case .invitationCreated: self = .invitationCreated
        case .invitationWithdrawn: self = .invitationWithdrawn
        case .wrongSecret: self = .wrongSecret
        case .pairingOpened: self = .pairingOpened
        case .clockSet: self = .clockSet
        case .resetRequested: self = .resetRequested
        case .strangersRefused: self = .strangersRefused
        case .logErased: self = .logErased
        }
    }
}

extension WireAlarm {
    package init(_ alarm: Alarm) {
        switch alarm {
        case .doorAjar: self = .doorAjar
        case .forcedOpen: self = .forcedOpen
        case .tampered: self = .tampered
        case .lowBattery: self = .lowBattery
        case .batteryUnreadable: self = .batteryUnreadable
        }
    }
}

extension WireFinding {
    package init(_ finding: CalibrationFinding?) {
        switch finding {
        case nil: self = .unspecified
        case .reversedMotor: self = .reversedMotor
        case .didNotLeave: self = .didNotLeave
        case .implausiblyFast: self = .implausiblyFast
        case .didNotArrive: self = .didNotArrive
        }
    }
}

extension WireState {
    package init(_ state: LockState) {
        switch state {
        case .unknown: self = .unknown
        case .calibrating: self = .calibrating
        case .locked: self = .locked
        case .unlocked: self = .unlocked
        case .locking: self = .locking
        case .unlocking: self = .unlocking
        case .between: self = .between
        case .jammed: self = .jammed
        case .fault: self = .fault
        }
    }
}

extension WirePosition {
    package init(_ position: BoltPosition) {
        switch position {
        case .extended: self = .extended
        case .retracted: self = .retracted
        case .between: self = .between
        case .conflict: self = .conflict
        }
    }
}

extension WireNoticeKind {
    package init(_ kind: OwnerNotice.Kind) {
        switch kind {
        case .keyAdded: self = .keyAdded
        case .keyChanged: self = .keyChanged
        case .keyRemoved: self = .keyRemoved
        case .invitationCreated: self = .invitationCreated
        case .wrongSecret: self = .wrongSecret
        case .resetRequested: self = .resetRequested
        }
    }
}

extension WireMode {
    package init(_ mode: OperatingMode) {
        switch mode {
        case .normal: self = .normal
        case .passage: self = .passage
        case .lockOut: self = .lockOut
        }
    }

    /// nil: none of these, or one that this version does not know.
    package var core: OperatingMode? {
        switch self {
        case .normal: .normal
        case .passage: .passage
        case .lockOut: .lockOut
        case .unspecified, .UNRECOGNIZED: nil
        }
    }
}

extension WireRole {
    package init(_ role: Role) {
        switch role {
        case .owner: self = .owner
        case .admin: self = .admin
        case .guest: self = .guest
        }
    }

    package var core: Role? {
        switch self {
        case .owner: .owner
        case .admin: .admin
        case .guest: .guest
        case .unspecified, .UNRECOGNIZED: nil
        }
    }
}
