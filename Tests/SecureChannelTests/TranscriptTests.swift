import Testing

@testable import SecureChannel

/// Whole links, byte for byte as the independent implementation has them.
@Suite struct TranscriptTests {
    @Test func `there are transcripts of a session, the setup code and an invitation`() {
        #expect(Vectors.transcripts.map(\.purpose) == [1, 2, 2])
        #expect(Vectors.transcripts[1].id?.bytes == SecretID.setupCode.bytes)
    }

    @Test(arguments: Vectors.transcripts)
    func `both endpoints say what the independent implementation says`(transcript: Vectors.Transcript) throws {
        var link = try Link(transcript)
        var (toLock, toPhone) = (try link.phone.start(), [UInt8]())
        var (lockSaw, phoneSaw) = ([LockEndpoint.Output](), [PhoneEndpoint.Output]())
        for frame in transcript.frames {
            if let plaintext = frame.plaintext {
                if frame.from == "phone" {
                    toLock = try link.phone.send(plaintext.bytes)
                } else {
                    toPhone = try link.lock.send(plaintext.bytes)
                }
            }
            if frame.from == "phone" {
                #expect(toLock == frame.bytes.bytes)
                let outputs = link.lockTakes(frame.bytes.bytes)
                toPhone = outputs.flatMap { $0.sent ?? [] }
                lockSaw += outputs.filter { $0.sent == nil }
            } else {
                #expect(toPhone == frame.bytes.bytes)
                let outputs = link.phoneTakes(frame.bytes.bytes)
                toLock = outputs.flatMap { $0.sent ?? [] }
                phoneSaw += outputs.filter { $0.sent == nil }
            }
        }
        let peer = try transcript.initiatorStatic.identity().publicKey
        let lock = try transcript.responderStatic.identity().publicKey
        let purpose = try #require(Purpose(rawValue: transcript.purpose))
        let requests = transcript.frames(from: "phone").compactMap(\.plaintext?.bytes)
        let answers = transcript.frames(from: "lock").compactMap(\.plaintext?.bytes)
        #expect(lockSaw == [.opened(peer: peer, purpose: purpose)] + requests.map { .message($0) })
        #expect(phoneSaw == [.opened(lock: lock)] + answers.map { .message($0) })
    }

    @Test(arguments: Vectors.transcripts)
    func `it makes no difference how the stream is cut, wherever it is cut in two`(transcript: Vectors.Transcript)
        throws
    {
        let stream = transcript.frames(from: "phone").flatMap(\.bytes.bytes)
        let whole = try outputs(transcript, [stream])
        #expect(whole.count(where: \.isDelivery) == 4)
        // The long message is not cut everywhere.
        for cut in 0..<stream.count where cut < 250 || cut % 50 == 0 || cut > stream.count - 50 {
            let cutOutputs = try outputs(transcript, [Array(stream[..<cut]), Array(stream[cut...])])
            #expect(cutOutputs == whole, "cut at \(cut)")
        }
    }

    @Test(arguments: Vectors.transcripts)
    func `it makes no difference how the stream is cut into many pieces`(transcript: Vectors.Transcript) throws {
        let stream = transcript.frames(from: "phone").flatMap(\.bytes.bytes)
        let whole = try outputs(transcript, [stream])
        let single = try outputs(transcript, stream.map { [$0] })
        #expect(single == whole)
        let first = Seed.current
        for seed in first..<first + 50 {
            var random = SplitMix(seed: seed)
            var (rest, pieces) = (stream[...], [[UInt8]]())
            while !rest.isEmpty {
                let count = Int.random(in: 0...min(90, rest.count), using: &random)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let cutOutputs = try outputs(transcript, pieces)
            #expect(cutOutputs == whole, "MORTISE_SEED=\(seed)")
        }
    }

    @Test(arguments: Vectors.transcripts)
    func `nor does it to the phone`(transcript: Vectors.Transcript) throws {
        let stream = transcript.frames(from: "lock").flatMap(\.bytes.bytes)
        var whole: [PhoneEndpoint.Output]?
        let first = Seed.current
        for seed in first..<first + 30 {
            var random = SplitMix(seed: seed)
            var link = try Link(transcript)
            _ = try link.phone.start()
            var (rest, outputs) = (stream[...], [PhoneEndpoint.Output]())
            while !rest.isEmpty {
                // Whole the first time.
                let count = whole == nil ? rest.count : Int.random(in: 0...min(300, rest.count), using: &random)
                outputs += link.phoneTakes(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(outputs == whole ?? outputs, "MORTISE_SEED=\(seed)")
            whole = outputs
        }
        #expect(whole?.count(where: \.isDelivery) == 3)
    }

    private func outputs(_ transcript: Vectors.Transcript, _ pieces: [[UInt8]]) throws -> [LockEndpoint.Output] {
        var link = try Link(transcript)
        var outputs: [LockEndpoint.Output] = []
        for piece in pieces { outputs += link.lockTakes(piece) }
        return outputs
    }
}
