internal import SecureChannel

/// Cuts a stream into frames piece by piece, and holds that against the same stream cut at once by the plainest code there is.
enum FramesHarness {
    static func run(_ input: [UInt8]) {
        var script = Script(input)
        let limit = Int(script.byte()) << 3 | 1
        let cuts = script.bytes(8)
        let stream = script.bytes(input.count)
        let expected = plainFrames(stream, limit: limit)

        var reader = FrameReader(limit: limit)
        var (rest, frames, isBroken) = (stream[...], [[UInt8]](), false)
        var index = 0
        while !rest.isEmpty, !isBroken {
            var chunk = rest.prefix(Int(cuts.isEmpty ? 0 : cuts[index % cuts.count]) + 1)
            index += 1
            rest = rest.dropFirst(chunk.count)
            do {
                while let frame = try reader.next(from: &chunk) { frames.append(Array(frame)) }
                precondition(chunk.isEmpty, "It wants more and has not taken all.")
            } catch {
                isBroken = true
                var more: ArraySlice<UInt8> = [0, 1, 1]
                precondition((try? reader.next(from: &more)) == nil, "It goes on after an error.")
            }
        }
        precondition(frames == expected.frames, "Other frames than sent.")
        precondition(isBroken == expected.isBroken, "Another opinion about the end.")
    }

    private static func plainFrames(_ stream: [UInt8], limit: Int) -> (frames: [[UInt8]], isBroken: Bool) {
        var (frames, index) = ([[UInt8]](), 0)
        while index + 2 <= stream.count {
            let length = Int(stream[index]) * 256 + Int(stream[index + 1])
            if length < 1 || length > limit { return (frames, true) }
            if index + 2 + length > stream.count { break }
            frames.append(Array(stream[index + 2..<index + 2 + length]))
            index += 2 + length
        }
        return (frames, false)
    }
}
