internal import LockCore
internal import SystemdRuntime

/// Feeds the service manager's watchdog, but only when the bolt thread and the storage thread have both answered since the last
/// time. That the loop is alive is shown by this code running.
final class WatchdogFeeder {
    let interval: Duration
    private var timer: LoopTimer?
    private let ask: (UInt32) -> Void
    private let feed: () -> Void
    private var round: UInt32 = 0
    private var hasBolt = true
    private var hasStorage = true

    /// `ask` sends both threads a number that they must answer; `feed` tells the service manager.
    init(
        interval: Duration, on loop: EventLoop, ask: @escaping (UInt32) -> Void, feed: @escaping () -> Void
    ) throws(SystemdError) {
        self.interval = interval
        self.ask = ask
        self.feed = feed
        timer = try loop.timer { [unowned self] in tick() }
        tick()
    }

    /// Asks again at half the interval. A thread that has not answered the last question is not asked another: its queue
    /// would only fill.
    private func tick() {
        timer?.arm(atBootNanoseconds: (BootClock.now() + interval / 2).nanoseconds)
        guard hasBolt, hasStorage else { return }
        round &+= 1
        hasBolt = false
        hasStorage = false
        ask(round)
    }

    func boltAnswered(_ number: UInt32) {
        guard number == round else { return }
        hasBolt = true
        feedIfBoth()
    }

    func storageAnswered(_ number: UInt32) {
        guard number == round else { return }
        hasStorage = true
        feedIfBoth()
    }

    private func feedIfBoth() {
        if hasBolt, hasStorage { feed() }
    }

    /// For `mortise doctor`.
    var report: String {
        switch (hasBolt, hasStorage) {
        case (true, true): "ok: fed every \((interval / 2).wholeMilliseconds) ms"
        case (false, true): "warning: waiting for the bolt thread"
        case (true, false): "warning: waiting for the storage thread"
        case (false, false): "warning: waiting for the bolt and storage threads"
        }
    }
}
