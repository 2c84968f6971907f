import Glibc

/// What a simulator that was killed could not end: its bus and the directory of that. The next one does.
enum LeftoverBuses {
    private static let prefix = "mortise-sim-"
    private static let record = "/owner"

    /// Says in a bus's directory whose it is.
    static func note(owner: pid_t, bus: pid_t, in directory: String) {
        // Without it a leftover is only not found later.
        guard var file = try? OutputFile(creating: directory + record) else { return }
        file.line("\(owner) \(bus)")
        file.flush()
    }

    static func forget(_ directory: String) { unlink(directory + record) }

    /// Ends buses whose simulator is gone, in this directory.
    static func sweep(_ parent: String) {
        guard let directory = opendir(parent) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(prefix) { sweepOne("\(parent)/\(name)") }
        }
    }

    private static func sweepOne(_ directory: String) {
        let numbers = text(directory + record).split { $0 == " " || $0 == "\n" }.compactMap { pid_t($0) }
        guard numbers.count == 2, numbers[0] > 1, numbers[1] > 1, kill(numbers[0], 0) != 0, errno == ESRCH else {
            return
        }
        // Numbers are used again: only what was started for this very directory is ended.
        if text("/proc/\(numbers[1])/cmdline").contains("--config-file=\(directory)/") { kill(numbers[1], SIGTERM) }
        PrivateBus.remove(directory)
    }

    private static func text(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }
}
