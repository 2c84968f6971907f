import LockCore
import LockDaemon
import LockSimulation
import Synchronization
import SystemdRuntime

/// The lock's civil clock: this machine's, until somebody sets it otherwise. The boot clock is never touched.
final class SimulatedClock: Sendable {
    private struct State: Sendable {
        var ahead: Int64 = 0
        var kind: ScenarioAction.Clock?
    }

    private let state = Mutex(State())

    /// Steps it by so many seconds.
    func jump(seconds: Int64) { state.withLock { $0.ahead += seconds } }

    /// nil: as this machine's is.
    func set(_ kind: ScenarioAction.Clock?) { state.withLock { $0.kind = kind } }

    /// Undoes everything.
    func reset() { state.withLock { $0 = State() } }

    /// What is different from this machine's clock, as a scenario says it.
    var changes: [ScenarioAction] {
        state.withLock { state in
            (state.kind.map { [.clock($0)] } ?? []) + (state.ahead == 0 ? [] : [.clockJump(seconds: state.ahead)])
        }
    }

    func read() -> CivilClock.Reading {
        var reading = CivilClock.read()
        let (ahead, kind) = state.withLock { ($0.ahead, $0.kind) }
        switch kind {
        case nil: break
        // What a board without a battery for its clock says: it has counted from 1970 since it was switched on.
        case ScenarioAction.Clock.none?:
            reading = CivilClock.Reading(
                unixSeconds: BootClock.now().nanoseconds / 1_000_000_000, isSynchronised: false)
        case .untrusted?: reading.isSynchronised = false
        case .trusted?: reading.isSynchronised = true
        }
        reading.unixSeconds += ahead
        return reading
    }
}
