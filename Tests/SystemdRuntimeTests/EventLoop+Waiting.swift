import SystemdRuntime
import TestBus

extension EventLoop {
    /// Turns until the condition holds.
    func run(until condition: () -> Bool) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while !condition() {
            let left = deadline - clock.now
            guard left > .zero else { throw Impatience() }
            try runOnce(waitingAtMost: left)
        }
    }
}
