/// Who is connected, for how long each may stay, and who goes when there is little room (decision 22). Pure: the time is an
/// argument, boot time in nanoseconds, and after everything that happens ``due(at:)`` says who has to be disconnected.
struct CentralTable {
    /// How far a central has come. Of those who may be sent away for others, the least goes first.
    enum Standing: Int, Hashable, Comparable {
        /// It is connected and has said nothing: it looks for the service, or holds a place.
        case silent
        /// It has asked for its answer characteristic, subscribed, written or opened a channel.
        case speaking
        /// Over one of its links it has shown that it may be here, and gives way to nobody as long as it has that.
        case authenticated

        static func < (one: Standing, other: Standing) -> Bool { one.rawValue < other.rawValue }
    }

    enum Leaving: Hashable {
        /// What was said to it last has until then to reach it.
        case withLastWords(until: Int64)
        /// bluetoothd has been told to disconnect it, and is told again then, after so long.
        case told(again: Int64, wait: Int64)
    }

    struct Central: Hashable {
        var hasSpoken = false
        /// Which answer characteristic is its own; nil: none was free.
        var index: Int?
        /// Since when it has nothing to show: its connection, or the end of its last link that had authenticated.
        var since: Int64
        /// nil: it stays.
        var leaving: Leaving?
        var links: [LinkID] = []
        /// Those of them that have authenticated.
        var authenticated: Set<LinkID> = []

        var standing: Standing { !authenticated.isEmpty ? .authenticated : hasSpoken ? .speaking : .silent }
        var stays: Bool { leaving == nil }
    }

    /// How long each may stay, in nanoseconds.
    struct Limits: Hashable {
        /// Without having authenticated.
        var authentication: Int64
        /// For how long a central that has said nothing is sure of its place though no other is free.
        var silent: Int64
        /// The same for one that has said something.
        var speaking: Int64
        /// How long what was said last may take to reach a central.
        var lastWords: Int64
        /// After which bluetoothd is told again that somebody has to go; the next time after twice as long, and so on.
        var disconnection: Int64
    }

    /// Of ``Limits/disconnection``: a wedged bluetoothd wakes the lock every few minutes for it.
    private static let longestWaits: Int64 = 64

    private let slots: Int
    private let limits: Limits
    /// By the path of bluetoothd's device.
    private(set) var centrals: [String: Central] = [:]

    init(slots: Int, limits: Limits) {
        self.slots = slots
        self.limits = limits
    }

    subscript(path: String) -> Central? { centrals[path] }

    /// How many stay.
    var staying: Int { centrals.values.count { $0.stays } }
    /// Whether there is room for the next who comes.
    var hasFreeSlot: Bool { staying < slots }
    /// Whether others should be asked to come: not while so many are on their way out that whoever comes would wait behind them.
    var mayInvite: Bool { centrals.count < slots }

    // MARK: What happens

    /// Somebody is connected, who may be here already.
    mutating func connected(_ path: String, at now: Int64) {
        guard centrals[path] == nil else { return }
        let taken = Set(centrals.values.compactMap(\.index))
        let index = (0..<ServiceIdentity.answers).first { !taken.contains($0) }
        centrals[path] = Central(index: index, since: now)
    }

    /// Returns its links, which are over.
    mutating func disconnected(_ path: String) -> [LinkID] { centrals.removeValue(forKey: path)?.links ?? [] }

    /// It has said something.
    mutating func heard(_ path: String) {
        centrals[path]?.hasSpoken = true
    }

    mutating func authenticated(_ link: LinkID, of path: String) {
        guard centrals[path]?.links.contains(link) == true else { return }
        centrals[path]?.authenticated.insert(link)
    }

    /// It has nothing to stay for. `isOwedWords`: something was sent to it that may still be on its way.
    mutating func leave(_ path: String, isOwedWords: Bool, at now: Int64) {
        guard centrals[path]?.stays == true else { return }
        centrals[path]?.leaving = .withLastWords(until: isOwedWords ? now + limits.lastWords : now)
    }

    /// False: it is not connected, is leaving, or has as many as it may.
    mutating func opened(_ link: LinkID, by path: String) -> Bool {
        guard let central = centrals[path], central.stays,
            central.links.count < PeripheralConfiguration.linksPerCentral
        else { return false }
        centrals[path]?.links.append(link)
        heard(path)
        return true
    }

    /// Whoever has lost what it had to show is as one that has just come: with other links it may show it again.
    mutating func closed(_ link: LinkID, of path: String, at now: Int64) {
        centrals[path]?.links.removeAll { $0 == link }
        guard centrals[path]?.authenticated.remove(link) != nil else { return }
        if centrals[path]?.standing != .authenticated { centrals[path]?.since = now }
    }

    /// Whether a central has nothing to stay for once the lock has ended this link. That is so when it was the last; and when nothing was shown
    /// over it, unless something has been over another: each connection is good for one try, or whoever holds a second link open
    /// could try over the first as often as the radio allows.
    func isDone(without link: LinkID, of path: String) -> Bool {
        guard let central = centrals[path] else { return false }
        return central.links.allSatisfy { $0 == link } || central.authenticated.isEmpty
    }

    // MARK: Who goes

    /// Who has to be disconnected now, each told once and again when it has not gone.
    mutating func due(at now: Int64) -> [String] {
        var due = centrals.filter { $0.value.isDue(at: now, limits) }.map(\.key).sorted()
        for path in due { tell(path, at: now) }
        while let next = crowdedOut(at: now) {
            tell(next, at: now)
            due.append(next)
        }
        return due
    }

    private mutating func tell(_ path: String, at now: Int64) {
        var wait = limits.disconnection
        if case .told(_, let before) = centrals[path]?.leaving { wait = min(2 * before, Self.longestWaits * wait) }
        centrals[path]?.leaving = .told(again: now + wait, wait: wait)
    }

    /// Who has to go so that the next has a place, and this one too.
    private func crowdedOut(at now: Int64) -> String? {
        // The controller's places: whoever leaves has one of them as long as last words have the time.
        if centrals.count > slots {
            let ending = centrals.filter { if case .withLastWords = $0.value.leaving { true } else { false } }
            if let oldest = Self.first(of: ending) { return oldest }
        }
        guard !hasFreeSlot else { return nil }
        // One place is always kept free for who comes next.
        let idle = centrals.filter {
            $0.value.stays && $0.value.standing != .authenticated && now >= $0.value.graceEnd(limits)
        }
        if let first = Self.first(of: idle) { return first }
        guard staying > slots else { return nil }
        // Everybody may still be in the middle of a handshake, and one is too many: whoever came last, who has lost least.
        return centrals.filter { $0.value.stays && $0.value.standing != .authenticated }
            .max { ($0.value.since, $0.key) < ($1.value.since, $1.key) }?.key
    }

    private static func first(of centrals: [String: Central]) -> String? {
        centrals.min {
            ($0.value.standing, $0.value.since, $0.key) < ($1.value.standing, $1.value.since, $1.key)
        }?.key
    }

    /// When somebody is due next by time alone; nil: nobody is waited for.
    var deadline: Int64? {
        let isCrowded = !hasFreeSlot
        return centrals.values.compactMap { central in
            switch central.leaving {
            case .withLastWords(let until): until
            case .told(let again, _): again
            case nil where central.standing == .authenticated: nil
            case nil:
                isCrowded
                    ? min(central.graceEnd(limits), central.since + limits.authentication)
                    : central.since + limits.authentication
            }
        }.min()
    }
}

extension CentralTable.Central {
    /// Until when it is sure of its place though no other is free.
    fileprivate func graceEnd(_ limits: CentralTable.Limits) -> Int64 {
        since + (standing == .silent ? limits.silent : limits.speaking)
    }

    fileprivate func isDue(at now: Int64, _ limits: CentralTable.Limits) -> Bool {
        switch leaving {
        case .withLastWords(let until): now >= until
        case .told(let again, _): now >= again
        case nil: standing != .authenticated && now >= since + limits.authentication
        }
    }
}
