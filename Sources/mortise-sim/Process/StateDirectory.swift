import Glibc

/// Where the simulated lock keeps its store between runs.
enum StateDirectory {
    /// `$XDG_STATE_HOME/mortise-sim`, by custom `~/.local/state/mortise-sim`.
    static var usual: String {
        func variable(_ name: String) -> String? {
            guard let value = getenv(name) else { return nil }
            let text = String(cString: value)
            return text.hasPrefix("/") ? text : nil
        }
        return (variable("XDG_STATE_HOME") ?? (variable("HOME") ?? "/tmp") + "/.local/state") + "/mortise-sim"
    }

    /// Makes the directory and those above it; the last for its owner only.
    static func make(_ path: String) throws(SetupFailure) {
        let parts = path.split(separator: "/")
        var made = path.hasPrefix("/") ? "" : "."
        for (index, part) in parts.enumerated() {
            made += "/\(part)"
            let mode: mode_t = index + 1 == parts.count ? 0o700 : 0o755
            guard mkdir(made, mode) != 0, errno != EEXIST else { continue }
            throw SetupFailure("make the directory \(made)", errno: errno)
        }
        guard access(path, W_OK) == 0 else { throw SetupFailure("write to \(path)", errno: errno) }
    }
}
