import Testing

@testable import SecureChannel

@Suite struct FrameReaderTests {
    private func frames(_ pieces: [[UInt8]], limit: Int = 300) throws(FrameReader.Failure) -> [[UInt8]] {
        var reader = FrameReader(limit: limit)
        var frames: [[UInt8]] = []
        for piece in pieces {
            var chunk = piece[...]
            while let frame = try reader.next(from: &chunk) { frames.append(Array(frame)) }
            guard chunk.isEmpty else { preconditionFailure("It said that it has taken all.") }
        }
        return frames
    }

    @Test func `frames come out as they went in, however they were cut`() throws {
        let sent = [1, 2, 255, 256, 300, 1].map { [UInt8](repeating: UInt8($0 & 0xFF), count: $0) }
        let stream = sent.flatMap(Frame.make)
        #expect(try frames([stream]) == sent)
        #expect(try frames(stream.map { [$0] }) == sent)
        for cut in 0...stream.count {
            #expect(try frames([Array(stream[..<cut]), [], Array(stream[cut...])]) == sent)
        }
    }

    @Test(arguments: [0, 301, 0xFFFF])
    func `a length out of bounds is the end`(length: Int) throws {
        var reader = FrameReader(limit: 300)
        var chunk = (Frame.make([1]) + [UInt8(length >> 8), UInt8(length & 0xFF)] + Frame.make([2]))[...]
        let first = try reader.next(from: &chunk)
        #expect(first == [1])
        for _ in 0..<3 {
            #expect(throws: FrameReader.Failure.length(length)) { _ = try reader.next(from: &chunk) }
        }
    }

    @Test func `a new limit holds from the next frame on`() throws {
        var reader = FrameReader(limit: 2)
        var chunk = (Frame.make([1, 2]) + [0])[...]
        let first = try reader.next(from: &chunk)
        let none = try reader.next(from: &chunk)
        #expect(first == [1, 2])
        #expect(none == nil)
        reader.limit = 3
        chunk = [3, 1, 2, 3]
        let second = try reader.next(from: &chunk)
        #expect(second == [1, 2, 3])
        reader.limit = 1
        chunk = [0, 2]
        #expect(throws: FrameReader.Failure.length(2)) { _ = try reader.next(from: &chunk) }
    }

    @Test func `it takes no more of the chunk than the frame`() throws {
        var reader = FrameReader(limit: 10)
        var chunk: ArraySlice<UInt8> = [0, 1, 7, 8, 9]
        let frame = try reader.next(from: &chunk)
        #expect(frame == [7])
        #expect(chunk == [8, 9])
    }
}
