internal import LockCore
internal import SystemdRuntime

/// Feeds the service manager's watchdog, but only when the bolt thread and the storage thread have both answered since the last
/// time. That the loop is alive is shown by this code running.
final class WatchdogFeeder {
    let interval: Duration
    private var timer: LoopTimer?
    private let ask: (Watched, UInt32) -> Bool
    private let feed: () -> Void
    private var round: UInt32 = 0
    private var hasBolt = true
    private var hasStorage = true
    /// Threads that the question of this round could not be sent to yet.
    private var unasked: Set<Watched> = []

    /// A thread that must answer.
    enum Watched: Hashable, Sendable, CaseIterable {
        case bolt
        case storage
    }

    /// `ask` sends a thread a number that it must answer, and says whether there was room for it; `feed` tells the service
    /// manager.
    init(
        interval: Duration, on loop: EventLoop, ask: @escaping (Watched, UInt32) -> Bool, feed: @escaping () -> Void
    ) throws(SystemdError) {
        self.interval = interval
        self.ask = ask
        self.feed = feed
        timer = try loop.timer { [unowned self] in tick() }
        tick()
    }

    /// Asks again at half the interval. A thread that has not answered the last question is not asked another: its queue
    /// would only fill. One whose queue had no room for the question has not been asked, and is asked now: it would never
    /// answer, however well it is by then.
    private func tick() {
        timer?.arm(atBootNanoseconds: (BootClock.now() + interval / 2).nanoseconds)
        if hasBolt, hasStorage {
            round &+= 1
            hasBolt = false
            hasStorage = false
            unasked = Set(Watched.allCases)
        }
        for thread in Watched.allCases where unasked.contains(thread) {
            if ask(thread, round) { unasked.remove(thread) }
        }
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
