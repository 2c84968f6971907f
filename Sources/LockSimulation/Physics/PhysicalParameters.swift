import LockCore

/// The figures of a lock mechanism. The defaults are those of a small deadbolt with a gear motor on four AA cells: a stroke of
/// 20 mm in about 450 ms, 0.3 A running, 1.2 A stalled at 6 V.
///
/// Everything that turns is reflected to the bolt: the gear train makes millimetres of bolt of the motor's revolutions, so the
/// motor's constants are per millimetre of bolt and the rotor's inertia is a mass on the bolt.
package struct PhysicalParameters: Hashable, Sendable {
    // MARK: Bolt

    /// From the retracted stop to the extended stop, in mm.
    package var travel = 20.0
    /// The bolt and everything that turns with it, in kg. Nearly all of it is the rotor (about 0.6 g·cm²) behind the gears; it
    /// sets the 25 ms in which the motor comes up to speed.
    package var mass = 25.0
    /// Sliding friction of gears and guides, in N.
    package var friction = 10.0
    /// What it takes to start from rest, as a multiple of the sliding friction.
    package var breakaway = 1.25
    /// The counter-spring pushes the bolt home (toward retracted): its force when retracted, in N. Less than the friction, so that
    /// it never moves the bolt by itself; it makes extending slower than retracting.
    package var springPreload = 1.0
    /// How much more the counter-spring pushes for each mm that the bolt is out, in N/mm.
    package var springRate = 0.1
    /// Stiffness of the end stops, in N/mm.
    package var stopStiffness = 1500.0
    /// Damping of a contact as a fraction of critical: the stops swallow most of the blow.
    package var stopDamping = 0.7
    /// How far the stops give at most, in mm, in any stroke that the battery can power. Held by a test.
    package var compliance = 0.25

    // MARK: Strike

    /// The bolt's position at which it enters the strike of a closed door, in mm.
    package var strikeEntry = 6.0
    /// Added friction in the strike of a closed door, in N. A misaligned door is a larger figure: from about 25 N on, the motor
    /// stalls in it.
    package var strikeFriction = 4.0

    // MARK: Motor and driver

    /// Back-EMF, in V per mm/s of bolt.
    package var backEMF = 0.112
    /// Force on the bolt, in N per A: half of the ideal 112 N/A, the other half is lost in the gears.
    package var forcePerAmpere = 56.0
    /// Resistance of the winding at 20 °C, in Ω.
    package var windingResistance = 4.0
    /// Copper's rise of resistance, per K.
    package var copperCoefficient = 0.0039
    /// Inductance of the winding, in H.
    package var inductance = 0.001
    /// Both switches of the bridge in series (DRV8833: 360 mΩ typical), in Ω.
    package var bridgeResistance = 0.4
    /// From the sleep line's rise to working outputs (DRV8833: 1 ms at most).
    package var driverWake = Duration.milliseconds(1)
    /// Overcurrent protection trips above this, in A. A stall (1.3 A with new cells) does not; reversing at full speed does.
    package var overcurrent = 1.9
    /// How long the current must be above ``overcurrent`` without a pause.
    package var overcurrentDeglitch = Duration.microseconds(300)
    /// The stall comparator asserts above this filtered current while driving, in A.
    package var stallCurrent = 0.60
    /// The stall comparator releases below this filtered current, in A.
    package var stallRelease = 0.45
    /// Time constant of the comparator's filter, in s.
    package var stallFilter = 0.005

    // MARK: Heat

    /// Temperature around the motor, in °C.
    package var ambient = 20.0
    /// Heat capacity of the armature, in J/K.
    package var heatCapacity = 8.0
    /// From the armature to the surroundings, in K/W.
    package var thermalResistance = 30.0

    // MARK: Battery

    /// Charge of a full pack, in mAh: four AA alkaline cells in series.
    package var capacity = 2500.0
    /// What the pack holds at first, in percent.
    package var initialPercent = 100.0
    /// Internal resistance of a full pack, in Ω.
    package var internalResistance = 0.6
    /// How much higher the internal resistance of an empty pack is, in Ω.
    package var emptyResistanceRise = 0.6
    /// Drawn at all times by everything but the motor, in A.
    package var standbyCurrent = 0.000_08
    /// The processor resets below this terminal voltage, in V.
    package var brownOutVoltage = 3.3
    /// Added to the internal resistance under ``Fault/brownOut``, in Ω: corroded contacts or a frozen pack.
    package var brownOutResistance = 6.0

    // MARK: Switches

    /// The bolt is this far from a stop when that end's switch becomes active, in mm.
    package var limitDistance = 1.0
    /// How much further back the bolt must be for the switch to release, in mm.
    package var limitHysteresis = 0.4
    /// How long a contact bounces, from its first touch.
    package var bounceLeast = Duration.microseconds(500)
    package var bounceMost = Duration.milliseconds(5)
    /// The same under ``Fault/limitNoise(_:)``: longer than any debounce worth configuring.
    package var noiseLeast = Duration.milliseconds(30)
    package var noiseMost = Duration.milliseconds(80)

    // MARK: Hand

    /// What a hand on the thumbturn puts on the bolt at most, in N: more than the stalled motor (72 N with new cells).
    package var handForce = 100.0
    /// How fast a hand turns the bolt, in mm/s.
    package var handSpeed = 60.0
    /// A hand gives up after this.
    package var handPatience = Duration.seconds(3)

    // MARK: Faults

    /// A hard obstruction: metal, wood. In N/mm.
    package var hardObstruction = 400.0
    /// A soft obstruction: a rug, a sleeve. In N/mm.
    package var softObstruction = 8.0
    /// Of the motor's travel, what a slipping gear passes on.
    package var slipRatio = 0.02
    /// Friction of a motor that turns without its load, in N.
    package var slipFriction = 3.0

    package init() {}
}
