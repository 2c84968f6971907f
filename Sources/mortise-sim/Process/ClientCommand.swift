import Glibc

/// How `mortise` and this program are called on the machine that the simulator runs on, so that what is shown can be copied into a second terminal.
enum ClientCommand {
    /// What `scripts/toolchain` sets to the folder of the built programs, which is on its own PATH and on nobody else's.
    private static let builtFolder = "MORTISE_PATH"

    static func onThisMachine(_ program: String = "mortise") -> String {
        command(
            program, path: environment("PATH") ?? "", ignoring: environment(builtFolder), executable: ownPath(),
            workingDirectory: workingDirectory(), exists: { access($0, X_OK) == 0 })
    }

    /// - Parameters:
    ///   - program: `mortise` or `mortise-sim`.
    ///   - path: the search path.
    ///   - ignoring: a folder of it that only this process has.
    ///   - executable: this program.
    ///   - exists: whether there is a program of that name.
    static func command(
        _ program: String = "mortise", path: String, ignoring: String?, executable: String, workingDirectory: String,
        exists: (String) -> Bool
    ) -> String {
        let folders = path.split(separator: ":").map(String.init)
        if folders.contains(where: { $0 != ignoring && exists($0 + "/" + program) }) { return program }
        // Built in the tree: the script knows which toolchain's libraries it needs.
        var folder = parent(executable)
        while !folder.isEmpty {
            if exists(folder + "/scripts/toolchain") {
                return (folder == workingDirectory ? "" : folder + "/") + "scripts/toolchain \(program)"
            }
            folder = parent(folder)
        }
        let sibling = parent(executable) + "/" + program
        return exists(sibling) ? sibling : program
    }

    private static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[..<slash])
    }

    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func ownPath() -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            let count = readlink("/proc/self/exe", start, buffer.count)
            return String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    private static func workingDirectory() -> String {
        guard let path = getcwd(nil, 0) else { return "" }
        defer { free(path) }
        return String(cString: path)
    }
}
