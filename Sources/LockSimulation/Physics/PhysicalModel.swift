package import LockCore

/// A bolt, its motor, its battery, the door, and the person at it, in virtual time.
///
/// ## Fault model
/// What can fail, and how:
/// - *Travel*: something is in the way at a position, hard or soft, in front of the bolt or behind it; a gear slips; the door is
///   open, closed, or opens in mid-stroke; a hand turns the thumbturn at any time, with or against the motor.
/// - *Motor*: its wires are exchanged or broken. It heats up and its resistance rises; it does not burn out.
/// - *Driver*: reports a fault and turns its outputs off, for as long as the fault is injected; protects itself from overcurrent,
///   latched until the sleep line has been down; needs 1 ms to wake.
/// - *Supply*: sags under load, more so with used cells; below ``PhysicalParameters/brownOutVoltage`` the processor would reset,
///   which the model reports once (``ModelLine/brownOut``) and leaves to the harness to act out. The gauge may not answer.
/// - *Switches*: bounce after every change; stick at either level; both show active; bounce for longer than any debounce; their
///   edges come late or never, though the level is right. Edges that nobody takes are dropped beyond ``edgeCapacity``, as the
///   kernel's queue does.
/// - *World* (``WorldEvent``): the supply is cut, the civil clock jumps. The harness does these.
///
/// Outside the model: output lines that stick (the board guide's pull-downs and driver time-outs cover a processor that dies with
/// the motor energised), a bridge with a failed transistor, levels between active and inactive, temperature's effect on friction
/// and on the cells, the cells' recovery after a load, wear, and anything that breaks for good.
///
/// ## Time
/// While anything moves, is energised or turns by hand, time advances in steps of at most ``maximumStep`` (semi-implicit Euler).
/// At rest nothing but contact bounces and the ends of a press or a wake-up can happen: time jumps to the next of these, or to
/// where it is asked to go, at a cost that does not depend on the distance. Steps run on a grid that restarts when somebody acts
/// on the model (sets outputs, injects a fault, uses a hand) and at nothing else, so looking at it more often changes nothing.
///
/// The step uses `+ - × ÷` and comparisons only, the rest of the model adds a square root: every machine computes the same bits.
/// One seed decides all that is random (the bounces).
package struct PhysicalModel: Hashable, Sendable {
    /// The longest step while anything moves, in nanoseconds: a hundredth of the shortest thing that matters (the 10 ms debounce).
    package static let maximumStep: Int64 = 100_000
    /// Edges that wait to be taken. A burst of a contact has at most 125; beyond this they are dropped and counted.
    package static let edgeCapacity = 1024

    package let parameters: PhysicalParameters
    /// The model's time.
    package var now: Instant { Instant(nanoseconds: time) }

    // MARK: Mechanism

    /// Where the bolt is, in mm: 0 at the retracted stop, ``PhysicalParameters/travel`` at the extended stop. Beyond them by
    /// ``PhysicalParameters/compliance`` at most.
    package internal(set) var position: Double
    /// The bolt's velocity, in mm/s; positive extends.
    package internal(set) var velocity = 0.0
    /// The motor's velocity, in mm/s of bolt. Differs from the bolt's only while a gear slips.
    package internal(set) var motorVelocity = 0.0
    /// Current through the winding, in A; positive extends.
    package internal(set) var current = 0.0
    /// Drawn by the motor since the beginning, in C and in J. They only grow.
    package internal(set) var chargeDrawn = 0.0
    package internal(set) var energyDrawn = 0.0
    /// The outputs as they were set, whether or not the driver obeys.
    package internal(set) var output = BridgeOutput.safe
    /// The pack's voltage under the present load, in V.
    package internal(set) var terminalVoltage = 0.0
    /// Whether the supply has been below what the processor needs since the last ``restorePower()``.
    package internal(set) var isBrownedOut = false
    /// The faults in force, in the order of their injection.
    package internal(set) var faults: [Fault] = []

    // MARK: Lines

    /// What the lines of the bolt show, faults included.
    package internal(set) var levels: BoltLevels
    package internal(set) var isDoorOpen: Bool
    package internal(set) var isTampered = false
    package internal(set) var isButtonPressed = false
    /// Edges dropped because nobody took them.
    package internal(set) var droppedEdges = 0

    // MARK: Bookkeeping

    /// Steps taken, and the longest of them in nanoseconds.
    package internal(set) var stepCount = 0
    package internal(set) var longestStep: Int64 = 0

    var time: Int64
    /// The time up to which the step has been taken; at most one step behind ``time`` unless at rest.
    var stepTime: Int64
    var isResting = true
    var restSince: Int64
    var random: SplitMix64
    var effects = FaultEffects()
    var isObstructionAhead = true
    var lostExtended = 0
    var lostRetracted = 0
    let stopDamping: Double
    var extendedContact: Contact
    var retractedContact: Contact
    var buttonContact = Contact(false)
    var buttonReleaseAt = Contact.never
    /// What the driver's outputs do, after sleep, wake-up and faults.
    var bridge = Bridge.coast
    /// 1 while driving outward, -1 while driving home, 0 otherwise: the step asks often.
    var driveSign = 0.0
    var driverReadyAt = Contact.never
    var isDriverReady = false
    var isOvercurrentLatched = false
    var overcurrentFor: Int64 = 0
    var filteredCurrent = 0.0
    /// Above the surroundings, in K, as of the last step.
    var heat = 0.0
    var pack: BatteryPack
    var openCircuitVoltage = 0.0
    var packResistance = 0.0
    var stepsToRefresh = 0
    /// Where a hand turns the bolt to, in mm.
    var handTarget = 0.0
    /// When the hand lets go; ``Contact/never`` is no hand.
    var handUntil = Contact.never
    /// The earliest time at which something is due besides the step.
    var nextScheduled = Contact.never
    var outbox: [ModelEdge] = []
    var delayed: [ModelEdge] = []

    /// A lock at rest, its driver asleep.
    /// - Parameters:
    ///   - position: where the bolt is, in mm; held to the travel.
    package init(
        parameters: PhysicalParameters = PhysicalParameters(), seed: UInt64, at now: Instant, position: Double = 0,
        isDoorOpen: Bool = false
    ) {
        self.parameters = parameters
        self.position = min(max(position, 0), parameters.travel)
        self.isDoorOpen = isDoorOpen
        time = now.nanoseconds
        stepTime = time
        restSince = time
        random = SplitMix64(seed: seed)
        stopDamping = parameters.damping(stiffness: parameters.stopStiffness)
        extendedContact = Contact(self.position >= parameters.travel - parameters.limitDistance)
        retractedContact = Contact(self.position <= parameters.limitDistance)
        levels = BoltLevels(
            limits: LimitReading(extended: extendedContact.level, retracted: retractedContact.level))
        pack = BatteryPack(parameters, percent: parameters.initialPercent, at: time)
        outbox.reserveCapacity(32)
        refreshPack()
    }

    // MARK: Time

    /// When something will happen by itself: a step, a bounce, a hand's end, a late edge. nil: nothing ever, until somebody acts.
    package var nextActivity: Instant? {
        if !outbox.isEmpty { return now }
        let step = isResting ? Contact.never : stepTime + Self.maximumStep
        let next = min(step, nextScheduled)
        return next == Contact.never ? nil : Instant(nanoseconds: next)
    }

    /// Runs to the first edge at or before the bound and returns it, the model's time being the edge's; or, without an edge,
    /// to the bound. A bound in the past takes no time.
    package mutating func run(until bound: Instant) -> ModelEdge? {
        let bound = bound.nanoseconds
        while true {
            if !outbox.isEmpty { return outbox.removeFirst() }
            let stepEnd = isResting ? Contact.never : stepTime + Self.maximumStep
            if nextScheduled <= bound, nextScheduled <= stepEnd {
                time = max(time, nextScheduled)
                performScheduled()
            } else if stepEnd <= bound {
                time = stepEnd
                integrate(to: stepEnd)
            } else {
                assert(!isResting || (velocity == 0 && motorVelocity == 0 && current == 0 && !isEnergised))
                time = max(time, bound)
                return nil
            }
        }
    }

    /// Runs to an instant and hands over every edge on the way, in order.
    package mutating func advance(to instant: Instant, onEdge: (ModelEdge) -> Void) {
        while let edge = run(until: instant) { onEdge(edge) }
    }

    /// Sets the output lines, from now on.
    package mutating func set(_ output: BridgeOutput) {
        guard output != self.output else { return }
        settle()
        if output.isAwake != self.output.isAwake {
            isDriverReady = false
            driverReadyAt = output.isAwake ? time + parameters.driverWake.wholeNanoseconds : Contact.never
            overcurrentFor = 0
            isOvercurrentLatched = false
        }
        self.output = output
        stir()
        refreshDriver()
        reschedule()
    }

    /// The processor runs again after a brown-out. The outputs stay what they were set to: a reset sets them to
    /// ``BridgeOutput/safe`` first.
    package mutating func restorePower() { isBrownedOut = false }
}
