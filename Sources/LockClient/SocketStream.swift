import Glibc

/// A connection to the simulator's socket.
package final class SocketStream: ByteStream {
    private let descriptor: Int32

    package init(path: String) throws(ClientError) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .unreachable(String(cString: strerror(errno))) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .unreachable("\(path) is too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw .unreachable("\(path): \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    package func send(_ bytes: [UInt8]) throws(ClientError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw .unreachable("the lock has closed the connection") }
            rest = rest.dropFirst(count)
        }
    }

    package func receive(within time: Duration) throws(ClientError) -> [UInt8] {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = max(0, time.components.seconds * 1_000 + time.components.attoseconds / 1_000_000_000_000_000)
        guard poll(&entry, 1, Int32(clamping: milliseconds)) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { throw .unreachable("the lock has closed the connection") }
        return Array(buffer.prefix(count))
    }
}
