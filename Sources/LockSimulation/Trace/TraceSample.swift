package import LockCore

/// The lock at one moment, as a trace keeps it.
package struct TraceSample: Hashable, Sendable {
    package var at: Instant
    /// Bolt position in mm.
    package var position: Double
    /// Winding current in A; positive extends.
    package var current: Double
    /// Battery voltage under load, in V.
    package var voltage: Double
    /// What is discrete: a sample in which any of it changed is never thinned out.
    package var lines: Lines

    /// Outputs, inputs and the state.
    package struct Lines: Hashable, Sendable {
        package var output: BridgeOutput
        /// Whether the driver drives the motor: awake, ready, without a fault.
        package var isEnergised: Bool
        package var levels: BoltLevels
        package var isDoorOpen: Bool
        package var isTampered: Bool
        package var isButtonPressed: Bool
        /// What the lock says of itself, in a word or two; empty: nothing is running on the model.
        package var state: String
    }

    package init(_ model: PhysicalModel, state: String) {
        at = model.now
        position = model.position
        current = model.current
        voltage = model.terminalVoltage
        lines = Lines(
            output: model.output, isEnergised: model.isEnergised, levels: model.levels, isDoorOpen: model.isDoorOpen,
            isTampered: model.isTampered, isButtonPressed: model.isButtonPressed, state: state)
    }

    /// Whether the lock is at rest in this sample as far as the picture shows.
    var isQuiet: Bool { !lines.isEnergised && current == 0 }
}
