internal import LockCore
internal import SystemdRuntime

/// What the service manager is told, so that it hears it also when it does not read for a while: a `READY=1` that is lost is a
/// start that never ends. Nothing waits for it.
final class ServiceManagerLink {
    /// How long until a message that found no room is sent again, the first time and at most.
    static let firstRetry: Duration = .milliseconds(100)
    static let longestRetry: Duration = .seconds(5)
    /// How often it is sent again: for five minutes, longer than any start-up may take.
    static let retryLimit = 64

    private var timer: LoopTimer?
    private var isReadyOwed = false
    private var owedStatus: String?
    private var delay = ServiceManagerLink.firstRetry
    private var retries = 0
    private let gaveUp: (SystemdError) -> Void

    /// `gaveUp` gets why, when a message was sent again ``retryLimit`` times in vain.
    init(on loop: EventLoop, gaveUp: @escaping (SystemdError) -> Void) throws(SystemdError) {
        self.gaveUp = gaveUp
        timer = try loop.timer { [unowned self] in push() }
    }

    /// Start-up is done.
    func ready(status: String) {
        isReadyOwed = true
        tell(status)
    }

    /// For `systemctl status`; the last words count.
    func tell(_ status: String) {
        owedStatus = status
        delay = Self.firstRetry
        retries = 0
        push()
    }

    /// Feeds the watchdog. What finds no room is not sent again: the next feeding comes by itself.
    func feedWatchdog() { _ = try? Notify.watchdog() }

    /// The end has begun: what is still owed is nobody's concern any more.
    func stopping(status: String) {
        timer?.cancel()
        isReadyOwed = false
        owedStatus = nil
        _ = try? Notify.stopping(status: status)
    }

    private func push() {
        guard let status = owedStatus else { return }
        do throws(SystemdError) {
            if isReadyOwed { try Notify.ready(status: status) } else { try Notify.status(status) }
            isReadyOwed = false
            owedStatus = nil
        } catch {
            retries += 1
            guard retries <= Self.retryLimit else { return gaveUp(error) }
            timer?.arm(atBootNanoseconds: (BootClock.now() + delay).nanoseconds)
            delay = min(delay * 2, Self.longestRetry)
        }
    }
}
