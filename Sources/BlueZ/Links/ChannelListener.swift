import CBluetooth
import Glibc
import SystemdRuntime

/// Listens for L2CAP channels of centrals. The kernel's alone: it works on whatever adapter there is, and outlives them.
final class ChannelListener {
    /// What the kernel keeps for us between two rounds of the loop.
    private static let backlog: Int32 = 8
    /// After how long, in nanoseconds, channels are taken again when the process had no descriptor or memory left for one. They wait in the
    /// kernel meanwhile; looked at all the time they would cost all of the loop's.
    private static let pause: Int64 = 1_000_000_000

    /// What a central has to name to get here, 0x80 to 0xff.
    let psm: UInt16
    private let descriptor: Descriptor
    private var source: EventSource?
    private var pauseTimer: LoopTimer?

    /// A channel that has come. `address` is the central's, "00:11:22:33:44:55".
    typealias Handler = (_ descriptor: Descriptor, _ address: String, _ maximumWrite: Int) -> Void

    /// nil: the kernel has no Bluetooth, or it is not for this process (a network namespace of its own, a sandbox).
    init?(on loop: EventLoop, handler: @escaping Handler) {
        var psm: UInt16 = 0
        let result = cbt_listen(UInt16(PeripheralConfiguration.packetLimit), Self.backlog, &psm)
        guard result >= 0 else { return nil }
        descriptor = Descriptor(adopting: result)
        self.psm = psm
        do throws(SystemdError) {
            pauseTimer = try loop.timer { [unowned self] in source?.isEnabled = true }
            source = try loop.watch(result, for: .readable) { [unowned self] _ in accept(handler) }
        } catch {
            return nil
        }
    }

    /// One a round.
    private func accept(_ handler: Handler) {
        var address = [CChar](repeating: 0, count: Int(CBT_ADDRESS_SIZE))
        var maximum: UInt16 = 0
        let result = cbt_accept(descriptor.number, &address, &maximum)
        guard result >= 0 else {
            // Of all else it is the channel that has gone again, or there is none: nothing to be done about either.
            if [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(-result) {
                source?.isEnabled = false
                pauseTimer?.arm(atBootNanoseconds: EventLoop.bootNanoseconds + Self.pause)
            }
            return
        }
        let text = String(decoding: address.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        handler(Descriptor(adopting: result), text, Int(maximum))
    }
}
