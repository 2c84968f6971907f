import Crypto
import Glibc
import LockProtocol
import Testing

@Suite struct SourceTests {
    @Test func `what is generated is of the lock.proto that is there; if not: scripts/generate-protocol`() throws {
        let here = String(describing: #filePath)
        let root = here.components(before: "/Tests/LockProtocolTests/")
        let file = try #require(fopen(root + "/Sources/LockProtocol/lock.proto", "r"))
        defer { fclose(file) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            hash.update(data: buffer.prefix(count))
        }
        let digits = hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(digits == ProtocolSource.sha256)
    }
}

extension String {
    func components(before marker: String) -> String {
        var rest = self[...]
        while !rest.isEmpty, !rest.hasPrefix(marker) { rest = rest.dropFirst() }
        return String(dropLast(rest.count))
    }
}
