import CBluetooth
import Glibc
import SystemdRuntime

/// One socket to a central, in packets: bluetoothd's for notifications, or a channel of the kernel's.
final class Link {
    enum Event {
        case received([UInt8])
        case writable
        case closed
    }

    let id: LinkID
    let kind: LinkKind
    /// The path of the central's device.
    let central: String
    /// Bytes in a packet. An MTU is agreed on once and may come after the link.
    private(set) var maximumWrite: Int
    /// Something was sent.
    private(set) var hasSpoken = false

    private let descriptor: Descriptor
    private let onEvent: (Event) -> Void
    private var source: EventSource?
    private var outgoing = OutgoingBytes(limit: PeripheralConfiguration.sendLimit)
    /// Somebody was refused, and is to be told of room.
    private var owesRoom = false

    init(
        _ id: LinkID, _ kind: LinkKind, to central: String, descriptor: Descriptor, maximumWrite: Int,
        on loop: EventLoop, onEvent: @escaping (Event) -> Void
    ) throws(SystemdError) {
        self.id = id
        self.kind = kind
        self.central = central
        self.descriptor = descriptor
        self.maximumWrite = maximumWrite
        self.onEvent = onEvent
        source = try loop.watch(descriptor.number, for: .readable) { [unowned self] in happened($0) }
    }

    func enlarge(to maximum: Int) { maximumWrite = max(maximumWrite, maximum) }

    /// False: there is no room, and nothing was taken.
    func send(_ bytes: [UInt8]) -> Bool {
        guard outgoing.append(bytes) else {
            owesRoom = true
            return false
        }
        hasSpoken = true
        flush()
        return true
    }

    /// No event comes after this.
    func end() { source = nil }

    private func happened(_ events: IOEvents) {
        if events.contains(.readable) || events.contains(.hangUp) || events.contains(.error) {
            guard receive() else { return }
        }
        guard events.contains(.writable) else { return }
        flush()
        if owesRoom, outgoing.count <= PeripheralConfiguration.sendLimit / 2 {
            owesRoom = false
            onEvent(.writable)
        }
    }

    /// One packet; the others come with the next round, so that nobody is starved. False: the link is over.
    private func receive() -> Bool {
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: PeripheralConfiguration.packetLimit) { buffer, count in
            result = cbt_receive(descriptor.number, buffer.baseAddress, buffer.count)
            count = max(result, 0)
        }
        guard result > 0 else {
            if result == -Int(EAGAIN) || result == -Int(EINTR) { return true }
            fail()
            return false
        }
        // bluetoothd sends nothing but a confirmation of what it has indicated, and nothing is indicated here.
        if kind == .l2cap { onEvent(.received(bytes)) }
        return source != nil
    }

    private func flush() {
        while !outgoing.isEmpty {
            let result = outgoing.packet(maximumWrite).withUnsafeBytes {
                cbt_send(descriptor.number, $0.baseAddress, $0.count)
            }
            guard result > 0 else {
                if result != -Int(EAGAIN), result != -Int(EINTR) {
                    // Seen as a hang-up in the loop's next round: whoever sends is not called back in the middle of it.
                    shutdown(descriptor.number, Int32(SHUT_RDWR))
                    return
                }
                source?.watch(for: [.readable, .writable])
                return
            }
            outgoing.remove(result)
        }
        source?.watch(for: .readable)
    }

    private func fail() {
        source = nil
        onEvent(.closed)
    }
}
