internal import Configuration

/// The kernel's name for this boot.
enum BootIdentity {
    private static let path = "/proc/sys/kernel/random/boot_id"

    /// 36 characters, as the kernel writes them; "unknown" where there is no /proc.
    static func current() -> String {
        var lines = [UInt8]()
        do throws(FileReadError) { lines = try readFile(path: path) } catch { return "unknown" }
        let text = String(decoding: lines, as: UTF8.self).prefix { !$0.isWhitespace }
        return text.isEmpty ? "unknown" : String(text)
    }
}
