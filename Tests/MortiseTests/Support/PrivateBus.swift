import Glibc
import TestPrograms

/// A real dbus-daemon of its own for one test, gone with it.
struct PrivateBus: ~Copyable {
    let directory: String
    let address: String
    private var daemon: Child?

    /// - Parameter isAdminDenied: the bus itself keeps everybody from `org.mortise.Admin1`, as the installed policy
    ///   does for users outside of the group.
    static func start(isAdminDenied: Bool = false) throws -> PrivateBus {
        let directory = try makeDirectory()
        let address = "unix:path=\(directory)/bus"
        let denial = isAdminDenied ? "<deny send_interface=\"org.mortise.Admin1\"/>" : ""
        try write(
            """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
              "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>session</type>
              <listen>\(address)</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow send_destination="*" eavesdrop="true"/>
                <allow eavesdrop="true"/>
                <allow own="*"/>
                \(denial)
              </policy>
            </busconfig>

            """, to: "\(directory)/bus.conf")
        let daemon = try Child(
            "dbus-daemon", ["--config-file=\(directory)/bus.conf", "--nofork", "--nopidfile", "--print-address=1"],
            environment: ["PATH": "/usr/bin:/bin"])
        // It prints its address when it listens.
        guard try daemon.readLine() != nil else { throw SupportError("dbus-daemon did not start") }
        return PrivateBus(directory: directory, address: address, daemon: daemon)
    }

    // The work that can throw is not done here: Swift 6.2.3 crashes on a throwing initialiser of a type with a deinit.
    private init(directory: String, address: String, daemon: consuming Child) {
        self.directory = directory
        self.address = address
        self.daemon = consume daemon
    }

    /// Ends the bus itself.
    mutating func stop() { daemon = nil }

    deinit { removeDirectory(directory) }
}

/// A fresh directory under /tmp: the path of a socket must be short.
func makeDirectory() throws -> String {
    var template = Array("/tmp/mortise-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SupportError("no directory: errno \(errno)") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Removes a directory of plain files.
func removeDirectory(_ path: String) {
    for name in list(path) { unlink("\(path)/\(name)") }
    rmdir(path)
}

/// The names in a directory but the hidden ones, sorted.
func list(_ path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}

func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw SupportError("cannot write \(path): errno \(errno)") }
    defer { fclose(file) }
    guard fputs(text, file) >= 0 else { throw SupportError("cannot write \(path): errno \(errno)") }
}

/// nil: there is no such file.
func read(_ path: String) throws -> String? {
    guard let file = fopen(path, "r") else {
        guard errno == ENOENT else { throw SupportError("cannot read \(path): errno \(errno)") }
        return nil
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += buffer.prefix(count)
    }
}
