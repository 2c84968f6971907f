import GPIO
import Testing

/// Lost events are noticed, by their numbers or, without numbers, by edges that do not alternate.
struct EdgeSequenceTests {
    @Test func `events in order are all there`() {
        var sequence = EdgeSequence(isNumbered: true, alternating: 0b11)
        for number in 1...100 as ClosedRange<UInt32> {
            #expect(sequence.missed(before: number, line: Int(number % 2), isActive: number % 4 < 2) == 0)
        }
    }

    @Test func `a gap is as many lost events as it is wide`() {
        var sequence = EdgeSequence(isNumbered: true, alternating: 1)
        #expect(sequence.missed(before: 1, line: 0, isActive: true) == 0)
        #expect(sequence.missed(before: 5, line: 0, isActive: true) == 3)
        #expect(sequence.missed(before: 6, line: 0, isActive: true) == 0)
    }

    @Test func `events lost before the first that was taken are noticed`() {
        var sequence = EdgeSequence(isNumbered: true, alternating: 0)
        #expect(sequence.missed(before: 3, line: 0, isActive: true) == 2)
    }

    @Test func `the kernel's counter wraps`() {
        var sequence = EdgeSequence(isNumbered: true, alternating: 0)
        _ = sequence.missed(before: .max, line: 0, isActive: true)
        #expect(sequence.missed(before: 0, line: 0, isActive: false) == 0)
        #expect(sequence.missed(before: 1, line: 0, isActive: true) == 0)
        _ = sequence.missed(before: .max, line: 0, isActive: true)
        #expect(sequence.missed(before: 1, line: 0, isActive: true) == 1)
    }

    @Test func `without numbers two edges alike are one lost, each line for itself`() {
        var sequence = EdgeSequence(isNumbered: false, alternating: 0b11)
        #expect(sequence.missed(before: 0, line: 0, isActive: true) == 0)
        #expect(sequence.missed(before: 0, line: 1, isActive: true) == 0)
        #expect(sequence.missed(before: 0, line: 0, isActive: false) == 0)
        #expect(sequence.missed(before: 0, line: 1, isActive: true) == 1)
        #expect(sequence.missed(before: 0, line: 1, isActive: false) == 0)
    }

    @Test func `a line watched for one edge only has edges alike`() {
        var sequence = EdgeSequence(isNumbered: false, alternating: 0b01)
        for _ in 0..<4 { #expect(sequence.missed(before: 0, line: 1, isActive: true) == 0) }
    }

    @Test func `the last of 64 lines is as good as the first`() {
        var sequence = EdgeSequence(isNumbered: false, alternating: .max)
        #expect(sequence.missed(before: 0, line: 63, isActive: true) == 0)
        #expect(sequence.missed(before: 0, line: 63, isActive: true) == 1)
    }
}
