internal import FoundationEssentials
internal import LockCore
internal import LockProtocol
internal import PhoneMessages
internal import SwiftProtobuf

/// A lock with owners, an administrator and a guest, each of whom may send it any message: requests of the protocol with any
/// fields, with bytes of them changed, or bytes that are no message at all.
///
/// What must hold whatever they send: it is read, or complained of; what is to be made durable keeps to the bounds that the protocol
/// promises; there is an owner; an administrator changes nothing of owners, and a guest nothing but their own key, at once or after having
/// waited for others; what is made durable is told as the message that says it; and each request is answered once, by when the store has
/// answered and the time of all that is waited for is over.
struct MessagesHarness {
    /// Operations of one script at most.
    private static let operationLimit = 64
    /// Monday, 2026-11-23, 12:00 UTC.
    private static let noon: Int64 = 1_795_435_200
    /// Two owners, so that one can go.
    private static let roles: [Role] = [.owner, .admin, .guest, .owner]

    private var script: Script
    private var access = Access()
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var nextRequest: UInt64 = 1
    /// Requests without an answer, oldest first.
    private var unanswered: [Unanswered] = []
    private var deadlines: [AccessTimerID: Instant] = [:]
    private let settings = Settings()

    private struct Unanswered {
        var id: UInt64
        var key: KeyID
        /// Whether it may be waiting to change something. A reset waits for a button, while others change things.
        var mayChange: Bool
    }

    static func run(_ input: [UInt8]) {
        var harness = MessagesHarness(script: Script(input))
        harness.boot()
        for _ in 0..<operationLimit where !harness.script.isOver { harness.operate() }
        harness.end()
    }

    private mutating func boot() {
        var set = AccessSet()
        set.nextKey = UInt32(Self.roles.count) + 1
        set.keys = zip(1..., Self.roles).map { number, role in
            PhoneKey(
                id: KeyID(number), publicKey: [UInt8](repeating: UInt8(number), count: PhoneKey.publicKeyBytes),
                terms: KeyTerms(role: role, name: role.rawValue), addedBy: nil)
        }
        handle(.boot(.owned(set)))
        handle(
            .civilTime(
                AccessClock(reading: CivilReading(at: now, unixSeconds: Self.noon, isTrusted: true))))
    }

    private mutating func operate() {
        switch script.byte() % 8 {
        case 0:
            now = now + .milliseconds(Int64(script.byte()) * 100)
            // Timers may be late.
            while !isOdd(), let next = nextTimer, next.deadline <= now { fire(next) }
        case 1:
            guard let commit = access.pendingCommit else { return }
            handle(.committed(commit, stored: script.byte() & 7 != 7))
        // The last of them is nobody's, or of whoever was added.
        default: say(from: KeyID(1 + UInt32(script.number(below: Self.roles.count + 1))))
        }
    }

    /// Nobody says anything more. The store answers, or time passes, until nothing is waited for.
    private mutating func end() {
        while true {
            if let commit = access.pendingCommit, !isOdd() || nextTimer == nil {
                handle(.committed(commit, stored: !isOdd()))
            } else if let next = nextTimer {
                fire(next)
            } else {
                break
            }
        }
        precondition(unanswered.isEmpty, "A request is never answered.")
    }

    private typealias Timer = (id: AccessTimerID, deadline: Instant)

    private var nextTimer: Timer? {
        deadlines.min { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }.map { ($0.key, $0.value) }
    }

    private mutating func fire(_ timer: Timer) {
        now = max(now, timer.deadline)
        deadlines[timer.id] = nil
        handle(.timer(timer.id, deadline: timer.deadline))
    }

    // MARK: What is said

    private mutating func say(from key: KeyID) {
        var message = WireRequest()
        message.id = nextRequest
        message.ask = ask()
        guard var bytes: [UInt8] = try? message.serializedBytes() else {
            preconditionFailure("A request cannot be written.")
        }
        if isOdd() {
            for _ in 0..<script.number(below: 4) where !bytes.isEmpty {
                bytes[script.number(below: bytes.count)] = script.byte()
            }
        } else if isOdd() {
            bytes = script.bytes(script.number(below: 64))
        }
        hear(bytes, from: key)
    }

    private mutating func hear(_ bytes: [UInt8], from key: KeyID) {
        guard let request = try? WireRequest(serializedBytes: bytes), let ask = request.ask else { return }
        let again: [UInt8]? = try? request.serializedBytes()
        precondition(again.flatMap { try? WireRequest(serializedBytes: $0) } == request, "It is not what was read.")
        if case .pair = ask { return }
        guard let asked = try? Ask(ask, settings: settings), case .core(let request, let kind) = asked else { return }
        if case .log(let since, let limit) = kind {
            precondition(since >= 0 && Ask.logPage.contains(limit), "A page that the store does not have.")
        }
        let id = nextRequest
        nextRequest += 1
        unanswered.append(Unanswered(id: id, key: key, mayChange: request != .factoryReset))
        handle(.request(request, from: .key(key), id: RequestID(id)))
    }

    private mutating func ask() -> WireRequest.OneOf_Ask? {
        switch script.byte() % 20 {
        case 0: return .getStatus(.init())
        case 1: return .lock(.init())
        case 2: return .unlock(.init())
        case 3: return .calibrate(.init())
        case 4: return .acknowledgeAlarms(.init())
        case 5: return .listKeys(.with { $0.after = number() })
        case 6, 7:
            let length = isOdd() ? script.number(below: 64) : PhoneKey.publicKeyBytes
            let publicKey = [UInt8](repeating: script.byte(), count: length)
            let terms = terms()
            return .addKey(
                .with {
                    $0.publicKey = Data(publicKey)
                    $0.terms = terms
                })
        case 8, 9:
            let (key, terms) = (key(), terms())
            return .changeKey(
                .with {
                    $0.key = key
                    $0.terms = terms
                })
        case 10: return .revokeKey(.with { $0.key = key() })
        case 11, 12:
            let (lifetime, terms) = (isOdd() ? number() : 3_600, terms())
            return .invite(
                .with {
                    $0.lifetimeSeconds = lifetime
                    $0.terms = terms
                })
        case 13: return .listInvitations(.with { $0.after = UInt64(number()) })
        case 14: return .withdrawInvitation(.with { $0.id = access.set.invitations.first?.id.rawValue ?? 0 })
        case 15:
            let (mode, relock) = (Int(script.byte()), number())
            return .changeSettings(
                .with {
                    $0.mode = WireMode(rawValue: mode) ?? .unspecified
                    $0.autoRelockMilliseconds = relock
                })
        case 16:
            let (since, limit) = (number(), number())
            return .readLog(
                .with {
                    $0.since = UInt64(since) << 32
                    $0.limit = limit
                })
        case 17: return .setClock(.with { $0.unixSeconds = Self.noon + Int64(Int32(bitPattern: number())) })
        case 18: return .factoryReset(.init())
        default: return .confirmNotices(.with { $0.through = UInt64(number()) })
        }
    }

    /// Mostly such as make sense, so that what is behind the bounds is reached too.
    private mutating func terms() -> WireTerms {
        var terms = WireTerms()
        terms.role = isOdd() ? WireRole(rawValue: Int(script.byte())) ?? .unspecified : .guest
        let letter = isOdd() ? Character(Unicode.Scalar(script.byte())) : "a"
        terms.name = String(repeating: letter, count: isOdd() ? script.number(below: 70) : 1)
        if isOdd() { terms.uses = number() }
        terms.isUsedUp = isOdd()
        if isOdd() {
            for _ in 0..<script.number(below: 17) where !script.isOver {
                var window = WireWindow()
                (window.weekdays, window.startMinute, window.endMinute) = (number(), number(), number())
                terms.schedule.windows.append(window)
            }
        }
        if isOdd() { terms.schedule.notBefore = Self.noon + Int64(Int32(bitPattern: number())) }
        if isOdd() { terms.schedule.notAfter = Self.noon + Int64(Int32(bitPattern: number())) }
        return terms
    }

    /// One decision in eight.
    private mutating func isOdd() -> Bool { script.byte() & 7 == 7 }

    private mutating func key() -> UInt32 { isOdd() ? number() : UInt32(script.number(below: 6)) }

    /// Small, of a day's minutes, around a power of two, or any.
    private mutating func number() -> UInt32 {
        switch script.byte() & 3 {
        case 0: return UInt32(script.byte())
        case 1: return UInt32(script.byte()) << 8 | UInt32(script.byte())
        case 2: return (1 << (UInt32(script.byte()) & 31)) &- UInt32(script.byte() & 1)
        default: return script.bytes(4).reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    // MARK: What follows

    private mutating func handle(_ input: AccessInput) {
        var begun: AccessSet?
        for effect in access.handle(input, at: now) {
            switch effect {
            case .commit(_, let set, _, _):
                precondition(begun == nil, "Two changes at once.")
                begun = set
            case .answer(let id, let answer):
                settle(id)
                check(answer)
            case .permit(let id), .command(_, _, let id, _), .endSessions(_, .some(let id)), .reset(.some(let id)):
                settle(id)
            case .startTimer(let id, let deadline): deadlines[id] = deadline
            case .cancelTimer(let id): deadlines[id] = nil
            default: break
            }
        }
        guard let begun else { return }
        check(begun)
        // Changes are made in the order in which they were asked for, one at a time, and answered when they are made. So this one is
        // of whoever has waited longest, or nobody's: then it changes nobody's key.
        check(begun, against: access.set, by: unanswered.first(where: \.mayChange)?.key)
    }

    private mutating func settle(_ id: RequestID) {
        guard let index = unanswered.firstIndex(where: { $0.id == id.rawValue }) else {
            preconditionFailure("A request is answered twice.")
        }
        unanswered.remove(at: index)
    }

    /// The bounds of lock.proto, written out.
    private func check(_ set: AccessSet) {
        precondition(set.keys.contains { $0.terms.role == .owner }, "Nobody owns it any more.")
        precondition(set.keys.count <= 64 && set.invitations.count <= 16, "It keeps more than it has room for.")
        precondition(Set(set.keys.map(\.publicKey)).count == set.keys.count, "A phone has two keys.")
        for key in set.keys {
            precondition(key.publicKey.count == 32, "This is no public key.")
            check(key.terms)
        }
        for invitation in set.invitations {
            precondition(invitation.expires - Self.noon <= 1 << 32, "An invitation for ever.")
            check(invitation.terms)
        }
    }

    private func check(_ terms: KeyTerms) {
        precondition((1...64).contains(terms.name.utf8.count), "A name that is none, or too long.")
        precondition(
            terms.name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "A name that rings.")
        precondition(terms.usesLeft.map { $0 <= 10_000 } ?? true, "Too many uses.")
        precondition(terms.schedule.windows.count <= 14, "Too many windows.")
        for window in terms.schedule.windows {
            precondition((1...127).contains(window.weekdays), "No day of the week.")
            precondition(window.start < 1440 && window.end < 1440, "No time of day.")
        }
        if terms.role != .guest {
            precondition(terms.schedule.isAlways && terms.usesLeft == nil, "Only guests have limits.")
        }
        guard terms.usesLeft != 0 else { return }
        precondition((try? WireTerms(terms).core()) == terms, "It is told as something else.")
    }

    private func check(_ set: AccessSet, against before: AccessSet, by key: KeyID?) {
        let role = key.flatMap { before[$0]?.terms.role }
        func others(_ set: AccessSet, _ isTheirs: (Role) -> Bool) -> [PhoneKey] {
            set.keys.filter { $0.id != key && isTheirs($0.terms.role) }
        }
        switch role {
        case .owner: break
        case .admin:
            precondition(
                areSame(others(set) { $0 == .owner }, others(before) { $0 == .owner }), "An administrator rules.")
            precondition(
                set.invitations.filter { $0.terms.role == .owner }
                    == before.invitations.filter { $0.terms.role == .owner }, "An administrator invites rulers.")
        case .guest:
            precondition(areSame(others(set) { _ in true }, others(before) { _ in true }), "A guest rules.")
            precondition(set.invitations.allSatisfy(before.invitations.contains), "A guest invites.")
            guard let key, let own = set[key], let old = before[key] else { return }
            precondition(own.terms.role == .guest && own.terms.schedule == old.terms.schedule, "A guest rises.")
        // Whoever comes, the lock may keep the time in mind.
        case nil:
            precondition(
                areSame(others(set) { _ in true }, others(before) { _ in true })
                    && set.invitations == before.invitations, "A stranger rules.")
        }
    }

    /// But for what each owner has heard of; and uses that came to nothing, which the lock gives back when it can, whoever asks then.
    private func areSame(_ keys: [PhoneKey], _ before: [PhoneKey]) -> Bool {
        keys.count == before.count
            && zip(keys, before).allSatisfy { new, old in
                var same = new
                same.heardThrough = old.heardThrough
                same.terms.usesLeft = old.terms.usesLeft
                return same == old && (new.terms.usesLeft == nil) == (old.terms.usesLeft == nil)
                    && (new.terms.usesLeft ?? 0) >= (old.terms.usesLeft ?? 0)
            }
    }

    private func check(_ answer: AccessAnswer) {
        switch answer {
        case .key(let key): _ = WireKey(key)
        case .keys(let keys): _ = keys.map(WireKey.init)
        case .invitation(let invitation): _ = WireInvitation(invitation)
        case .invitations(let invitations): _ = invitations.map { WireInvitation($0) }
        case .done, .failed: break
        case .refused(let code, _, _): precondition(WireFault(code) != .unspecified, "It does not say why.")
        }
    }
}
