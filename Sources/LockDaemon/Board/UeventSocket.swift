internal import Glibc

/// The kernel's messages about devices (`NETLINK_KOBJECT_UEVENT`): how a battery gauge tells that it has news, so that nobody has
/// to poll it. It is a socket, but leads nowhere but to the kernel; systemd's `RestrictAddressFamilies=` needs `AF_NETLINK` for it.
struct UeventSocket: ~Copyable {
    let rawValue: Int32

    // linux/netlink.h, which Swift's Glibc module does not have.
    private static let kobjectUevent: Int32 = 15
    private static let kernelGroup: UInt32 = 1
    /// `struct sockaddr_nl`: family (2 bytes), padding (2), port (4), groups (4).
    private static let addressSize = 12
    private static let portOffset = 4
    private static let groupsOffset = 8

    /// A message is at most 2 KiB of properties (`UEVENT_BUFFER_SIZE`) and a header; a longer one is cut, and its end is not needed.
    private static let messageSize = 4096

    /// nil: with the reason in `errno`.
    init?() {
        let socket = Glibc.socket(
            AF_NETLINK, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), Self.kobjectUevent)
        guard socket >= 0 else { return nil }
        let result = withUnsafeTemporaryAllocation(
            byteCount: Self.addressSize, alignment: MemoryLayout<sockaddr>.alignment
        ) { address -> Int32 in
            _ = address.initializeMemory(as: UInt8.self, repeating: 0)
            address.storeBytes(of: sa_family_t(AF_NETLINK), as: sa_family_t.self)
            address.storeBytes(of: Self.kernelGroup, toByteOffset: Self.groupsOffset, as: UInt32.self)
            guard let base = address.baseAddress else { return -1 }
            return bind(socket, base.assumingMemoryBound(to: sockaddr.self), socklen_t(Self.addressSize))
        }
        guard result == 0 else {
            let reason = errno
            close(socket)
            errno = reason
            return nil
        }
        rawValue = socket
    }

    deinit { close(rawValue) }

    /// What ``next()`` found.
    enum Message {
        case event(Uevent)
        /// Somebody else's, or not understood.
        case other
        /// The socket's buffer was full: messages were lost.
        case lost
        /// None waits.
        case none
    }

    /// Takes the oldest message. Never waits.
    borrowing func next() -> Message {
        withUnsafeTemporaryAllocation(byteCount: Self.messageSize, alignment: 1) { buffer in
            withUnsafeTemporaryAllocation(
                byteCount: Self.addressSize, alignment: MemoryLayout<sockaddr>.alignment
            ) { address in
                var size = socklen_t(Self.addressSize)
                let sender = address.baseAddress?.assumingMemoryBound(to: sockaddr.self)
                let count = recvfrom(rawValue, buffer.baseAddress, buffer.count, 0, sender, &size)
                guard count >= 0 else { return errno == ENOBUFS ? .lost : errno == EINTR ? .other : .none }
                // The kernel's port is 0; a program that is allowed to could send here too.
                guard Int(size) == Self.addressSize,
                    address.loadUnaligned(fromByteOffset: Self.portOffset, as: UInt32.self) == 0,
                    let event = Uevent(buffer.prefix(count))
                else { return .other }
                return .event(event)
            }
        }
    }
}
