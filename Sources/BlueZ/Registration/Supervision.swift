/// Keeps the lock registered with bluetoothd: what is to be done next, and what is to be waited for. Pure: it calls nothing and
/// has no clock.
///
/// bluetoothd forgets application and advertisement when it restarts, when the adapter goes and (advertisements) when the radio is
/// switched off, and says so in different ways or not at all. So every disturbance leads to the same place: look at what is
/// there, then do all steps again in order; each of them may be done twice.
struct Supervision {
    /// What registering consists of, in its order: a central must not find an advertisement before the application is there, and
    /// an adapter that is off takes neither.
    enum Step: String, Hashable, CaseIterable {
        /// For a chip that does not answer: a reset, which comes with switching it on again.
        case powerOff = "switch the adapter off"
        case settings = "set the adapter up"
        case application = "register the GATT application"
        case advertisement = "register the advertisement"
    }

    enum Action: Hashable {
        /// Ask bluetoothd for its objects.
        case look
        case perform(Step, adapter: String)
        case wait(Duration)
        case stopWaiting
        /// Forget what is under way, and what was registered: it is gone.
        case abandon
        case report(BluetoothCondition)
    }

    /// How long until a failed attempt is made again: soon, because it was often a matter of bluetoothd's own start, and then less
    /// and less often. Doubled each time.
    static let firstRetry: Duration = .milliseconds(500)
    /// An attempt with a dead chip wakes the daemon a dozen times. So seldom, that is less than a hundredth of what its watchdog
    /// does; and a chip that comes back without a word is found within five minutes.
    static let longestRetry: Duration = .seconds(300)
    /// How many pieces of news since the last success are acted on at once. An adapter that comes and goes is news each time, and
    /// one that does so for ever is none: from then on it waits like any other failure, for longer each time.
    /// (bluetoothd announces an adapter piece by piece, so one that comes once is up to three.)
    static let newsActedOnAtOnce = 8
    /// After how many failures in a row, of whatever kind, the adapter is switched off and on, and again after as many more.
    static let failuresBeforePowerCycle = 3

    private enum State: Hashable {
        case absent
        /// The answer of `GetManagedObjects` is awaited; another look is wanted if something happened meanwhile.
        case looking(again: Bool)
        case withoutAdapter
        case blocked
        case performing(Step, adapter: String)
        /// Until the next attempt.
        case waiting
        case ready(adapter: String)
    }

    private var state = State.absent
    private var failures = 0
    /// Pieces of news since the lock was registered last.
    private var news = 0
    /// The last failure may have been the chip's.
    private var suspectsChip = false

    /// The adapter that is registered with, or being registered with.
    var adapter: String? {
        switch state {
        case .performing(_, let adapter), .ready(let adapter): adapter
        default: nil
        }
    }

    /// org.bluez has an owner, again or since before.
    mutating func serviceAppeared() -> [Action] {
        suspectsChip = false
        return heardNews(.report(.starting))
    }

    mutating func serviceVanished() -> [Action] {
        state = .absent
        return [.stopWaiting, .abandon, .report(.noService)]
    }

    /// An adapter is there that was not, or one can do what it could not.
    mutating func adapterAppeared() -> [Action] {
        switch state {
        case .absent: return []
        case .looking:
            state = .looking(again: true)
            return []
        case .performing, .waiting, .withoutAdapter, .blocked, .ready: return heardNews()
        }
    }

    /// Whatever was waited for, this may be it: it is tried now, and the waits begin anew.
    private mutating func heardNews(_ report: Action? = nil) -> [Action] {
        news += 1
        let first = [Action.stopWaiting, .abandon] + (report.map { [$0] } ?? [])
        if news <= Self.newsActedOnAtOnce {
            failures = 0
            state = .looking(again: false)
            return first + [.look]
        }
        // The wait that is under way ends in a look.
        if case .waiting = state { return [] }
        failures = max(failures, news - Self.newsActedOnAtOnce)
        state = .waiting
        return first + [.wait(delay)]
    }

    /// Objects or power have changed in a way that concerns the registration.
    mutating func disturbed() -> [Action] {
        switch state {
        case .absent: return []
        case .looking:
            state = .looking(again: true)
            return []
        case .performing, .waiting, .withoutAdapter, .blocked, .ready:
            state = .looking(again: false)
            return [.stopWaiting, .abandon, .look]
        }
    }

    /// The answer to a look; nil: there is no adapter.
    mutating func looked(_ adapter: AdapterState?) -> [Action] {
        guard case .looking(let again) = state else { return [] }
        if again {
            state = .looking(again: false)
            return [.look]
        }
        guard let adapter else {
            state = .withoutAdapter
            return [.report(.noAdapter)]
        }
        guard !adapter.isBlocked else {
            state = .blocked
            return [.report(.blocked)]
        }
        let isTimeToReset = suspectsChip || (failures > 0 && failures % Self.failuresBeforePowerCycle == 0)
        return [.report(.starting)] + begin(isTimeToReset ? .powerOff : .settings, adapter.path)
    }

    /// bluetoothd did not answer the look.
    mutating func lookFailed(_ reason: String) -> [Action] {
        guard case .looking = state else { return [] }
        return failed("ask bluetoothd for its adapters", reason)
    }

    mutating func succeeded(_ step: Step) -> [Action] {
        guard case .performing(step, let adapter) = state else { return [] }
        switch step {
        case .powerOff: return begin(.settings, adapter)
        case .settings: return begin(.application, adapter)
        case .application: return begin(.advertisement, adapter)
        case .advertisement:
            failures = 0
            news = 0
            suspectsChip = false
            state = .ready(adapter: adapter)
            return [.report(.ready)]
        }
    }

    /// A step was refused, or its answer did not come in time. `isBlocked`: because of rfkill. `isChip`: maybe because the chip did
    /// not answer. Then the adapter is reset at once: with a dead chip, Linux 6.12 and BlueZ 5.82 refuse an advertisement once and
    /// agree to the next, though nothing is in the air.
    mutating func failed(
        _ step: Step, _ reason: String, isBlocked: Bool = false, isChip: Bool = false
    ) -> [Action] {
        switch state {
        case .performing(step, let adapter):
            if isBlocked {
                state = .blocked
                return [.report(.blocked)]
            }
            // A chip that cannot even be switched off is switched on all the same.
            if step == .powerOff { return begin(.settings, adapter) }
            suspectsChip = isChip
            return failed(step.rawValue, reason)
        case .ready where step == .advertisement:
            // A later change of the advertisement.
            suspectsChip = isChip
            return failed(step.rawValue, reason)
        default: return []
        }
    }

    /// The wait is over.
    mutating func timeIsUp() -> [Action] {
        guard case .waiting = state else { return [] }
        state = .looking(again: false)
        return [.look]
    }

    private mutating func begin(_ step: Step, _ adapter: String) -> [Action] {
        state = .performing(step, adapter: adapter)
        return [.perform(step, adapter: adapter)]
    }

    private mutating func failed(_ what: String, _ reason: String) -> [Action] {
        failures += 1
        state = .waiting
        return [.report(.failing(step: what, reason: reason, retryIn: delay)), .wait(delay)]
    }

    /// After so many failures. (2^10 half seconds are more than five minutes.)
    private var delay: Duration { min(Self.firstRetry * (1 << min(max(failures - 1, 0), 10)), Self.longestRetry) }
}
