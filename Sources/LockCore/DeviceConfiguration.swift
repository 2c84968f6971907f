/// What the core must know of a board: its times, its thresholds, and what it has. Made from a board profile and constant for
/// the life of the process.
package struct DeviceConfiguration: Hashable, Sendable {
    package var stroke: StrokeTiming
    package var retry: RetryPolicy
    /// nil: the board runs from the mains and has no gauge.
    package var battery: BatteryThresholds?
    package var duty: DutyLimit
    package var equipment: Equipment
    package var recovery: Recovery
    /// Whether locking is refused (`notCalibrated`) until a calibration has succeeded. Unlocking never is.
    package var requiresCalibration: Bool

    package init(
        stroke: StrokeTiming = StrokeTiming(), retry: RetryPolicy = RetryPolicy(),
        battery: BatteryThresholds? = BatteryThresholds(), duty: DutyLimit = DutyLimit(),
        equipment: Equipment = Equipment(), recovery: Recovery = .stay, requiresCalibration: Bool = false
    ) {
        self.stroke = stroke
        self.retry = retry
        self.battery = battery
        self.duty = duty
        self.equipment = equipment
        self.recovery = recovery
        self.requiresCalibration = requiresCalibration
    }
}

/// The times of one stroke.
package struct StrokeTiming: Hashable, Sendable {
    /// Sleep line up to driver ready (DRV8833: 1 ms at most).
    package var wake: Duration = .milliseconds(2)
    /// From energising: the stall sensor and nFAULT are not believed yet, because inrush trips both.
    package var blanking: Duration = .milliseconds(60)
    /// The cap on any stroke before calibration.
    package var uncalibratedCap: Duration = .milliseconds(900)
    /// The least the cap may be adapted to.
    package var capMinimum: Duration = .milliseconds(300)
    /// The most the cap may be adapted to. No drive is ever longer.
    package var capMaximum: Duration = .milliseconds(1500)
    /// A full stroke faster than this is not believed.
    package var minimumStroke: Duration = .milliseconds(80)
    /// How long the motor is held braked after a stroke.
    package var brake: Duration = .milliseconds(60)
    /// Coasting time before the driver may be energised again, in either direction.
    package var deadTime: Duration = .milliseconds(100)
    /// From sleep line down until the sensors are asked for their verdict; longer than ``debounce``.
    package var settle: Duration = .milliseconds(60)
    /// How long a limit switch must be steady at rest to be believed.
    package var debounce: Duration = .milliseconds(10)

    package init() {}

    /// How long the sleep line is up at most without a pause: an attempt that runs to its cap and the backing off after it, each
    /// with its brake and its dead time. A drive time-out in hardware must be longer (the board guide has the same sum).
    package var longestAwake: Duration { wake + (capMaximum + brake + deadTime) * 2 }

    /// Whether a calibration of this board can have had this result. One from another profile, or from a damaged store, would
    /// make every stroke look too fast to be true.
    package func canHaveMeasured(_ calibration: Calibration) -> Bool {
        let plausible = minimumStroke...max(minimumStroke, capMaximum)
        return Direction.allCases.allSatisfy { plausible.contains(calibration[$0]) }
    }

    /// The cap for a direction: half as long again as the learned time and 100 ms more, within the board's bounds.
    package func cap(learned: Duration?) -> Duration {
        guard let learned else { return min(uncalibratedCap, capMaximum) }
        let adapted = learned + learned / 2 + .milliseconds(100)
        return min(max(adapted, capMinimum), capMaximum)
    }
}

/// What is done about a stroke that did not arrive.
package struct RetryPolicy: Hashable, Sendable {
    /// How often a stroke is tried again after backing off. 0...5.
    package var retries: Int = 2
    /// Rest between backing off and trying again.
    package var pause: Duration = .milliseconds(250)

    package init() {}
}

/// Battery levels at which behaviour changes. Percentages are of the gauge; voltages are at rest.
package struct BatteryThresholds: Hashable, Sendable {
    /// Below: warn.
    package var warnPercent: Int = 25
    /// Below: locking, calibrating and auto-relock are refused, so that the charge left can still open the door.
    package var refuseLockPercent: Int = 10
    /// Below, in millivolts: nothing moves, because the motor would brown out the processor in mid-stroke.
    package var brownOutMillivolts: Int = 4400

    package init() {}
}

/// How much the motor may run: a bucket of drive time that refills while it rests.
package struct DutyLimit: Hashable, Sendable {
    /// Drive time that a cold motor may use at once.
    package var burst: Duration = .seconds(20)
    /// Rest needed for each unit of drive time won back: 9 is a duty cycle of one in ten.
    package var restPerDrive: Int = 9

    package init() {}
}

/// What the board has, besides the bridge and the two limit switches.
package struct Equipment: Hashable, Sendable {
    package var doorSensor = true
    package var tamperSwitch = true
    package var driverFault = true
    package var stallSensor = true
    package var insideButton = true

    package init() {}
}

/// What boot does about a stroke that a power cut interrupted.
package enum Recovery: String, Hashable, Sendable, CaseIterable {
    /// Report `between` and wait for somebody.
    case stay
    /// Complete the last authorised target.
    case complete
}
