import Testing

@testable import BlueZ

@Suite struct OutgoingBytesTests {
    @Test func `what does not fit is refused whole`() {
        var bytes = OutgoingBytes(limit: 4)
        #expect(bytes.append([1, 2, 3]) == true)
        #expect(bytes.append([4, 5]) == false)
        #expect(bytes.append([4]) == true)
        #expect(Array(bytes.packet(10)) == [1, 2, 3, 4])
    }

    @Test(arguments: 1...9)
    func `packets of any size are the stream again`(size: Int) {
        var bytes = OutgoingBytes(limit: 16)
        var sent: [UInt8] = []
        var received: [UInt8] = []
        for round in 0..<100 {
            let new = (0..<(round % 7)).map { UInt8(truncatingIfNeeded: round * 7 + $0) }
            if bytes.append(new) { sent += new }
            let packet = Array(bytes.packet(size))
            #expect(packet.count <= size)
            received += packet
            bytes.remove(packet.count)
        }
        while !bytes.isEmpty {
            let packet = Array(bytes.packet(size))
            received += packet
            bytes.remove(packet.count)
        }
        #expect(received == sent)
    }
}
