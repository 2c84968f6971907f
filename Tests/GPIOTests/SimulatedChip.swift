import Glibc
import Testing

/// A chip of the kernel's gpio-sim, made through configfs and gone with the value. Its lines are pulled from outside, as a switch
/// would, and what is driven can be read back.
final class SimulatedChip {
    static let root = "/sys/kernel/config/gpio-sim"
    /// For the condition of the suites that need it.
    static let isAvailable = access(root, W_OK) == 0
    static let reason: Comment = """
        needs the kernel's gpio-sim, and the right to write \(root): run it as root on the virtual board
        """

    let label: String
    private let folder: String
    private let lineCount: Int
    private var hogs: [Int] = []
    private var devices = ""

    /// `hogs`: lines that the kernel has taken, with the name of who has them.
    init(_ names: [String], hogs: [Int: String] = [:]) throws {
        label = "mortise-test-\(getpid())-\(UInt32.random(in: 0...(.max)))"
        folder = "\(Self.root)/\(label)"
        lineCount = names.count
        try make("")
        try make("/bank0")
        try write("/bank0/num_lines", "\(names.count)")
        try write("/bank0/label", label)
        for (index, name) in names.enumerated() {
            try make("/bank0/line\(index)")
            try write("/bank0/line\(index)/name", name)
        }
        for (index, name) in hogs {
            try make("/bank0/line\(index)/hog")
            self.hogs.append(index)
            try write("/bank0/line\(index)/hog/name", name)
            try write("/bank0/line\(index)/hog/direction", "input")
        }
        try write("/live", "1")
        devices = "/sys/devices/platform/\(try read("\(folder)/dev_name"))/\(try read("\(folder)/bank0/chip_name"))"
    }

    deinit {
        try? write("/live", "0")
        for index in hogs { rmdir("\(folder)/bank0/line\(index)/hog") }
        for index in 0..<lineCount { rmdir("\(folder)/bank0/line\(index)") }
        rmdir("\(folder)/bank0")
        rmdir(folder)
    }

    /// Moves a line from outside.
    func pull(_ line: Int, up: Bool) throws {
        try Self.write("\(devices)/sim_gpio\(line)/pull", up ? "pull-up" : "pull-down")
    }

    /// The line's electrical level.
    func isHigh(_ line: Int) throws -> Bool { try read("\(devices)/sim_gpio\(line)/value") == "1" }

    private func make(_ path: String) throws {
        try #require(mkdir(folder + path, 0o755) == 0, "mkdir \(folder)\(path)")
    }
    private func write(_ path: String, _ text: String) throws { try Self.write(folder + path, text) }

    private static func write(_ path: String, _ text: String) throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        try #require(descriptor >= 0, "open \(path)")
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count, "write \(path): errno \(errno)")
    }

    private func read(_ path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0, "open \(path)")
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        try #require(count >= 0)
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}

/// Whether the descriptor becomes readable; the bound is for a machine that is busy.
func isReadable(_ descriptor: Int32, within milliseconds: Int32 = 5_000) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, milliseconds) == 1 && waiting.revents & Int16(POLLIN) != 0
}
