import Testing

@testable import SecureChannel

/// The open channel: everything once, in order, and nothing else.
@Suite struct ChannelTests {
    private func header(_ length: Int) -> [UInt8] { [UInt8(length >> 8), UInt8(length & 0xFF)] }

    @Test(arguments: Purpose.allCases)
    func `messages go both ways, of every size from nothing to the limit`(purpose: Purpose) throws {
        var link = try Link.open(purpose)
        for size in [0, 1, 15, 16, 17, 100, FrameLimit.request] {
            let message = [UInt8](repeating: 5, count: size)
            let outputs = link.lockTakes(try link.phone.send(message))
            #expect(outputs == [.message(message)])
        }
        for size in [0, 1, 100, FrameLimit.request + 1, FrameLimit.answer] {
            let message = [UInt8](repeating: 6, count: size)
            let outputs = link.phoneTakes(try link.lock.send(message))
            #expect(outputs == [.message(message)])
        }
    }

    @Test func `a message that is too long is not sent, and the channel goes on`() throws {
        var link = try Link.open(.session)
        #expect(throws: SendError.oversized(limit: 1024)) {
            _ = try link.phone.send([UInt8](repeating: 0, count: 1025))
        }
        #expect(throws: SendError.oversized(limit: 4096)) { _ = try link.lock.send([UInt8](repeating: 0, count: 4097)) }
        let toLock = link.lockTakes(try link.phone.send([1]))
        let toPhone = link.phoneTakes(try link.lock.send([2]))
        #expect(toLock == [.message([1])])
        #expect(toPhone == [.message([2])])
    }

    @Test func `nobody sends before the channel is open`() throws {
        var link = Link(.session)
        #expect(throws: SendError.notOpen) { _ = try link.phone.send([1]) }
        #expect(throws: SendError.notOpen) { _ = try link.lock.send([1]) }
        let opening = try link.phone.start()
        #expect(throws: SendError.notOpen) { _ = try link.phone.send([1]) }
        let answer = link.lockTakes(opening).flatMap { $0.sent ?? [] }
        // The phone may go on, but is it there?
        #expect(throws: SendError.notOpen) { _ = try link.lock.send([1]) }
        let outputs = link.phoneTakes(answer)
        #expect(outputs == [.opened(lock: Link.lockIdentity.publicKey)])
        let delivered = link.lockTakes(try link.phone.send([1]))
        #expect(delivered.count == 2)
    }

    @Test func `a bit flipped anywhere in a message ends it and delivers nothing, now or later`() throws {
        let transcript = Vectors.transcripts[0]
        let frames = transcript.frames(from: "phone").map(\.bytes.bytes)
        let message = frames[3]
        for bit in 0..<message.count * 8 {
            var link = try Link(transcript)
            for frame in frames[..<3] { _ = link.lockTakes(frame) }
            var flipped = message
            flipped[bit / 8] ^= 1 << (bit % 8)
            // What follows fills up a frame that has become longer.
            let outputs = link.lockTakes(flipped + [UInt8](repeating: 0, count: 1100))
            #expect(outputs.count == 1 && outputs[0].ending != nil, "bit \(bit)")
            let later = link.lockTakes(message)
            #expect(later.isEmpty)
        }
    }

    @Test func `a message cut off anywhere ends it and delivers nothing`() throws {
        let transcript = Vectors.transcripts[0]
        let frames = transcript.frames(from: "phone").map(\.bytes.bytes)
        let content = frames[3].dropFirst(2)
        for count in 1..<content.count {
            var link = try Link(transcript)
            for frame in frames[..<3] { _ = link.lockTakes(frame) }
            let outputs = link.lockTakes(Frame.make(Array(content.prefix(count))))
            #expect(outputs == [.closed(.broken(.noise(count < 16 ? .truncated : .notAuthentic)))])
        }
    }

    @Test func `a stream that stops in the middle of a frame delivers nothing of it`() throws {
        var link = try Link.open(.session)
        let frame = try link.phone.send([1, 2, 3])
        let outputs = link.lockTakes(frame.dropLast())
        #expect(outputs.isEmpty)
        let rest = link.lockTakes([frame[frame.count - 1]])
        #expect(rest == [.message([1, 2, 3])])
    }

    @Test(arguments: Purpose.allCases)
    func `reordered, repeated, left out or reflected, and it is over`(purpose: Purpose) throws {
        let wrong: [(_ sent: [[UInt8]], _ reflected: [UInt8]) -> [[UInt8]]] = [
            { sent, _ in [sent[1], sent[0]] }, { sent, _ in [sent[0], sent[0]] }, { sent, _ in [sent[0], sent[2]] },
            { _, reflected in [reflected] }, { sent, reflected in [sent[0], reflected] },
        ]
        for (number, order) in wrong.enumerated() {
            var toLock = try Link.open(purpose)
            let requests = try (1...3).map { try toLock.phone.send([$0]) }
            let lockSaw = order(requests, try toLock.lock.send([9])).flatMap { toLock.lockTakes($0) }
            #expect(lockSaw.last == .closed(.broken(.noise(.notAuthentic))), "order \(number)")
            #expect(lockSaw.dropLast().allSatisfy { $0 == .message([1]) })
            var toPhone = try Link.open(purpose)
            let answers = try (1...3).map { try toPhone.lock.send([$0]) }
            let phoneSaw = order(answers, try toPhone.phone.send([9])).flatMap { toPhone.phoneTakes($0) }
            #expect(phoneSaw.last == .closed(.broken(.noise(.notAuthentic))), "order \(number)")
            #expect(phoneSaw.dropLast().allSatisfy { $0 == .message([1]) })
        }
    }

    @Test func `messages of another channel of the same phone are not taken`() throws {
        var one = try Link.open(.session)
        var second = try Link.open(.session)
        let outputs = one.lockTakes(try second.phone.send([1]))
        #expect(outputs == [.closed(.broken(.noise(.notAuthentic)))])
    }

    @Test(arguments: [0, FrameLimit.fromPhone + 1, 0xFFFF])
    func `a length out of bounds ends an open channel`(length: Int) throws {
        var link = try Link.open(.session)
        let outputs = link.lockTakes(header(length))
        #expect(outputs == [.closed(.broken(.length(length)))])
    }

    @Test(arguments: [0, FrameLimit.handshake + 1, FrameLimit.fromPhone])
    func `before it is open the bound is lower`(length: Int) {
        var link = Link(.session)
        let outputs = link.lockTakes(header(length))
        #expect(outputs == [.send(refused(4)), .closed(.garbage(.length(length)))])
    }

    @Test func `the phone bounds the lock's frames too`() throws {
        var link = try Link.open(.session)
        let outputs = link.phoneTakes(header(FrameLimit.fromLock + 1))
        #expect(outputs == [.closed(.broken(.length(FrameLimit.fromLock + 1)))])
        var other = Link(.session)
        _ = try other.phone.start()
        let early = other.phoneTakes(header(FrameLimit.handshake + 1))
        #expect(early == [.closed(.garbage(.length(FrameLimit.handshake + 1)))])
    }

    @Test func `what comes in the same chunk behind an error is never delivered`() throws {
        var link = try Link.open(.session)
        let frames = try (1...3).map { try link.phone.send([$0]) }
        var broken = frames[1]
        broken[5] ^= 1
        let outputs = link.lockTakes(frames[0] + broken + frames[1] + frames[2])
        #expect(outputs == [.message([1]), .closed(.broken(.noise(.notAuthentic)))])
    }

    @Test func `after its close an endpoint takes nothing and says nothing`() throws {
        var link = try Link.open(.session)
        let request = try link.phone.send([1])
        let answer = try link.lock.send([2])
        link.lock.close()
        link.phone.close()
        let closed = [link.lock.isClosed, link.phone.isClosed]
        #expect(closed == [true, true])
        let lockSaw = link.lockTakes(request)
        let phoneSaw = link.phoneTakes(answer)
        #expect(lockSaw.isEmpty)
        #expect(phoneSaw.isEmpty)
        #expect(throws: SendError.notOpen) { _ = try link.lock.send([1]) }
        #expect(throws: SendError.notOpen) { _ = try link.phone.send([1]) }
        #expect(throws: NoiseError.outOfTurn) { _ = try link.phone.start() }
    }

    @Test func `one call gives a bounded number of messages and leaves the rest in the chunk`() throws {
        var link = try Link.open(.session)
        let count = 3 * LockEndpoint.outputLimit + 1
        let stream = try (0..<count).flatMap { try link.phone.send([UInt8($0)]) }
        var (chunk, sizes) = (stream[...], [Int]())
        while !chunk.isEmpty { sizes.append(link.lock.receive(&chunk, asking: link.doorkeeper).count) }
        #expect(sizes == [16, 16, 16, 1])
    }

    @Test func `an empty chunk is nothing`() throws {
        var link = try Link.open(.session)
        var nothing: ArraySlice<UInt8> = []
        let outputs = link.lock.receive(&nothing, asking: link.doorkeeper)
        #expect(outputs.isEmpty)
    }
}
