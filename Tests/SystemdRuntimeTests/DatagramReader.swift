import Glibc
import TestBus
import Testing

/// A socket that datagrams can be sent to, and that is read when the test says so. In the abstract namespace, so that nothing is
/// left in the file system.
final class DatagramReader {
    /// With "@" for the abstract namespace.
    let address: String
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        let name = "mortise-datagrams-\(getpid())-\(descriptor)"
        self.address = "@" + name
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let length = MemoryLayout<sa_family_t>.size + 1 + name.utf8.count
        withUnsafeMutableBytes(of: &address) { bytes in
            bytes[(MemoryLayout<sa_family_t>.size + 1)...].copyBytes(from: name.utf8)
        }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(length)) }
        }
        try #require(bound == 0)
    }

    func receive() throws -> String {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        try #require(poll(&entry, 1, Int32(patience.components.seconds * 1000)) == 1)
        return try #require(receiveNow())
    }

    /// nil: there is nothing to read.
    func receiveNow() -> String? {
        var bytes = [UInt8](repeating: 0, count: 16384)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    deinit { close(descriptor) }
}
