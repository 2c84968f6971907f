internal import SecureChannel

/// A lock and a real phone, and in between somebody who holds back, cuts, changes, repeats, reorders and reflects what is sent.
///
/// What must hold whatever he does: the lock hears nothing that the phone has not said, in the phone's order, each message once;
/// it opens once, for that phone, and only if it was let in; nothing comes after the end. And if he does nothing but cut, everything
/// arrives.
struct LockHarness: ~Copyable {
    private static let lockIdentity = Identity.make { _ in }
    private static let phoneIdentity = Identity.make { _ in }

    /// Operations of one script at most: each handshake takes its time.
    private static let operationLimit = 64

    private var script: Script
    private let purpose: Purpose
    private let doorkeeper: HarnessDoorkeeper
    private var lock = LockEndpoint(Self.lockIdentity)
    private var phone: PhoneEndpoint

    /// On its way to the lock, and what was on it before.
    private var wire: [UInt8] = []
    private var history: [UInt8] = []
    private var fromLock: [UInt8] = []
    private var isHonest = true

    private var said: [[UInt8]] = []
    private var heard = 0
    private var answered: [[UInt8]] = []
    private var answersHeard = 0
    private var isOpen = false
    private var isOver = false

    static func run(_ input: [UInt8]) {
        var harness = LockHarness(Script(input))
        harness.run()
    }

    private init(_ script: consuming Script) {
        var script = script
        let options = script.byte()
        purpose = options & 1 == 0 ? .session : .pairing
        doorkeeper = HarnessDoorkeeper(isAdmitting: options & 0xE != 0xE, hasSecret: options & 0x30 != 0x30)
        phone =
            options & 1 == 0
            ? PhoneEndpoint(Self.phoneIdentity, lock: Self.lockIdentity.publicKey)
            : PhoneEndpoint(Self.phoneIdentity, pairingBy: HarnessDoorkeeper.code(Self.lockIdentity.fingerprint))
        self.script = script
    }

    private mutating func run() {
        guard let opening = try? phone.start() else { preconditionFailure("The phone cannot begin.") }
        wire = opening
        for _ in 0..<Self.operationLimit where !script.isOver { operate() }
        // Pairing's last message comes on the wire only while the lock's is delivered.
        while !wire.isEmpty { deliver(wire.count) }
        guard isHonest, doorkeeper.isAdmitting, doorkeeper.hasSecret || purpose == .session else { return }
        precondition(!isOver && !phone.isClosed, "It ended though nobody had touched it.")
        precondition(heard == said.count && answersHeard == answered.count, "Something has not arrived.")
    }

    private mutating func operate() {
        switch script.byte() % 10 {
        case 0, 1: say(script.bytes(script.number(below: 24)))
        case 2: deliver(script.number(below: 256))
        case 3: deliver(wire.count)
        case 4: answer(script.bytes(script.number(below: 24)))
        case 5: tamper { wire, script in wire[script.number(below: wire.count)] ^= 1 << (script.byte() & 7) }
        case 6: tamper { wire, script in wire.removeFirst(1 + script.number(below: wire.count)) }
        case 7:
            isHonest = false
            wire += script.bytes(script.number(below: 64))
        case 8:
            isHonest = false
            wire += script.byte() & 1 == 0 ? history.suffix(Int(script.byte())) : fromLock.suffix(Int(script.byte()))
        default: end(script.byte())
        }
    }

    private mutating func tamper(_ change: (inout [UInt8], inout Script) -> Void) {
        guard !wire.isEmpty else { return }
        isHonest = false
        change(&wire, &script)
    }

    private mutating func say(_ message: [UInt8]) {
        guard let frame = try? phone.send(message) else { return }
        said.append(message)
        wire += frame
    }

    private mutating func answer(_ message: [UInt8]) {
        guard let frame = try? lock.send(message) else { return }
        precondition(isOpen && !isOver, "It sends on a channel that is not open.")
        answered.append(message)
        toPhone(frame)
    }

    private mutating func end(_ how: UInt8) {
        isHonest = false
        switch how & 3 {
        case 0:
            lock.close()
            isOver = true
        case 1: phone.close()
        default: check(lock.refuse(.tryAgainLater(seconds: 1)))
        }
    }

    private mutating func deliver(_ count: Int) {
        var chunk = wire.prefix(count)
        history += chunk
        wire.removeFirst(chunk.count)
        while !chunk.isEmpty {
            let before = chunk.count
            let outputs = lock.receive(&chunk, asking: doorkeeper)
            precondition(chunk.count < before, "It makes no headway.")
            precondition(outputs.count <= LockEndpoint.outputLimit + 1, "It does too much at once.")
            check(outputs)
        }
    }

    private mutating func check(_ outputs: [LockEndpoint.Output]) {
        for output in outputs {
            precondition(!isOver, "Something comes after the end.")
            switch output {
            case .send(let frame):
                precondition(!isOpen, "Nobody has told it to say this.")
                precondition(frame.count <= FrameLimit.handshake + 2 && frame[2] <= 1, "This is no greeting.")
                toPhone(frame)
            case .opened(let peer, let purpose):
                precondition(!isOpen && !said.isEmpty, "It opens twice, or to nobody.")
                precondition(
                    peer == Self.phoneIdentity.publicKey && purpose == self.purpose, "It takes her for another.")
                precondition(doorkeeper.isAdmitting, "She was not to come in.")
                isOpen = true
            case .message(let message):
                precondition(isOpen && heard < said.count && said[heard] == message, "This was not said.")
                heard += 1
            case .closed: isOver = true
            }
        }
        precondition(lock.isClosed == isOver, "It does not know whether it is over.")
    }

    private mutating func toPhone(_ frame: [UInt8]) {
        fromLock += frame
        var chunk = frame[...]
        while !chunk.isEmpty {
            for output in phone.receive(&chunk) {
                switch output {
                case .send(let frame): wire += frame
                case .opened(let lock): precondition(lock == Self.lockIdentity.publicKey, "Another lock.")
                case .message(let message):
                    precondition(answersHeard < answered.count && answered[answersHeard] == message, "Not answered.")
                    answersHeard += 1
                case .closed: break
                }
            }
        }
    }
}
