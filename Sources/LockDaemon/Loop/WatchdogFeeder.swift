internal import LockCore
internal import SystemdRuntime

/// Feeds the service manager's watchdog, but only when the bolt thread and the storage thread have both answered since the last
/// time. That the loop is alive is shown by this code running.
///
/// A thread that the kernel holds up (``ThreadState/isHeldByKernel(_:)``: a disk that does not answer) is not waited for: killing
/// the daemon would not end it, and nobody could get out meanwhile (decision 17).
final class WatchdogFeeder {
    let interval: Duration
    private var timer: LoopTimer?
    private let ask: (Watched, UInt32) -> Bool
    private let isHeldUp: (Watched) -> Bool
    private let feed: () -> Void
    private var round: UInt32 = 0
    /// When the next round of questions begins.
    private var nextRound: Instant
    /// The number of the question that each thread has not answered yet.
    private var owed: [Watched: UInt32] = [:]
    /// Threads that the question of this round could not be sent to yet.
    private var unasked: Set<Watched> = []

    /// A thread that must answer.
    enum Watched: Hashable, Sendable, CaseIterable {
        case bolt
        case storage
    }

    /// `ask` sends a thread a number that it must answer, and says whether there was room for it; `isHeldUp` says whether the
    /// kernel keeps a thread from answering; `feed` tells the service manager.
    init(
        interval: Duration, on loop: EventLoop, ask: @escaping (Watched, UInt32) -> Bool,
        isHeldUp: @escaping (Watched) -> Bool = { _ in false }, feed: @escaping () -> Void
    ) throws(SystemdError) {
        self.interval = interval
        self.ask = ask
        self.isHeldUp = isHeldUp
        self.feed = feed
        nextRound = BootClock.now()
        timer = try loop.timer { [unowned self] in tick() }
        tick()
    }

    /// Asks at half the interval. A thread that has not answered the last question is not asked another: its queue would only
    /// fill. One whose queue had no room for the question has not been asked, and is asked again: it would never answer,
    /// however well it is by then.
    private func tick() {
        let now = BootClock.now()
        feedIfOnlyHeldUp()
        if now >= nextRound, owed.keys.allSatisfy(isHeldUp) {
            round &+= 1
            for thread in Watched.allCases where owed[thread] == nil {
                owed[thread] = round
                unasked.insert(thread)
            }
            nextRound = now + interval / 2
        }
        for thread in Watched.allCases where unasked.contains(thread) {
            if let number = owed[thread], ask(thread, number) { unasked.remove(thread) }
        }
        // Sooner while somebody owes an answer: that the kernel holds it up must show before the interval is over.
        arm(at: owed.isEmpty ? nextRound : now + interval / 8)
    }

    private func arm(at time: Instant) { timer?.arm(atBootNanoseconds: time.nanoseconds) }

    func boltAnswered(_ number: UInt32) { answered(.bolt, number) }

    func storageAnswered(_ number: UInt32) { answered(.storage, number) }

    private func answered(_ thread: Watched, _ number: UInt32) {
        guard owed[thread] == number else { return }
        owed[thread] = nil
        guard owed.isEmpty else { return }
        feed()
        // Not woken once more for nobody: an idle lock has one round of questions, and nothing between.
        arm(at: nextRound)
    }

    private func feedIfOnlyHeldUp() {
        guard !owed.isEmpty, owed.keys.allSatisfy(isHeldUp) else { return }
        feed()
    }

    /// For `mortise doctor`.
    var report: String {
        let missing = Watched.allCases.filter { owed[$0] != nil }.map { thread in
            (thread == .bolt ? "the bolt thread" : "the storage thread")
                + (isHeldUp(thread) ? ", which the kernel holds up" : "")
        }
        guard !missing.isEmpty else { return "ok: fed every \((interval / 2).wholeMilliseconds) ms" }
        return "warning: waiting for " + missing.joined(separator: " and ")
    }
}
