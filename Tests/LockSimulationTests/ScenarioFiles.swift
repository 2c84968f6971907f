import Glibc
import Testing

/// The scenarios of the project.
enum ScenarioFiles {
    /// board/scenarios.
    static let directory: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/") + "/board/scenarios"
    }()

    /// Their names without the ending, sorted.
    static let names: [String] = {
        guard let directory = opendir(directory) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".scenario") { names.append(String(name.dropLast(".scenario".count))) }
        }
        return names.sorted()
    }()

    static func text(_ name: String) throws -> String { try contents("\(name).scenario") }

    static func contents(_ name: String) throws -> String {
        let path = "\(directory)/\(name)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0, "open \(path): errno \(errno)")
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &bytes, bytes.count)
        try #require((1..<bytes.count).contains(count))
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
