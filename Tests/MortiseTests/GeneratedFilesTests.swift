import Glibc
import TestPrograms
import Testing

/// What is generated from the command tree is committed, and current. What is not is written beside the build's logs, and the test
/// fails and says how to have it written into the tree.
@Suite struct GeneratedFilesTests {
    private static let command = "MORTISE_REGENERATE=1 scripts/toolchain swift test --filter GeneratedFilesTests"
    private static let isRegenerating = getenv("MORTISE_REGENERATE") != nil
    private static let packaging = "board/packaging"

    /// Where the current text of a stale file is put: the tree itself only on demand.
    private static func folder(_ name: String) throws -> String {
        if isRegenerating { return "\(Mortise.root)/\(packaging)/\(name)" }
        var path = "\(Mortise.root)/.build-logs"
        for part in ["", "/packaging", "/\(name)"] {
            path += part
            try #require(mkdir(path, 0o755) == 0 || errno == EEXIST, "mkdir \(path): errno \(errno)")
        }
        return path
    }

    private static func complain(_ file: String, in folder: String, _ location: SourceLocation = #_sourceLocation) {
        Issue.record(
            isRegenerating
                ? "\(file) was missing or stale. It is written now: look at it and commit it."
                : "\(file) is missing or stale; it should be as \(folder) has it. To write it: \(command)",
            sourceLocation: location)
    }

    @Test(arguments: [("bash", "mortise"), ("zsh", "_mortise"), ("fish", "mortise.fish")])
    func `completions are current`(_ shell: String, _ file: String) throws {
        let end = try Mortise.run(["--generate-completion-script", shell])
        try #require(end.status == 0, "\(end.error)")
        let name = "\(Self.packaging)/completions/\(file)"
        guard try read("\(Mortise.root)/\(name)") != end.output else { return }
        let folder = try Self.folder("completions")
        try write(end.output, to: "\(folder)/\(file)")
        Self.complain(name, in: folder)
    }

    @Test func `manual pages are current`() throws {
        let source = "\(Mortise.root)/\(Self.packaging)/man"
        let folder = try Self.folder("man")
        if !Self.isRegenerating { try Self.copyPages(from: source, to: folder) }
        var generate = try Child(
            "python3", ["\(source)/generate", Mortise.path, folder],
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"])
        let end = try generate.finish(within: 60)
        try #require(end.status == 0, "\(end.error)")
        // It names the pages that it had to write or remove.
        for page in end.output.split(separator: "\n") { Self.complain("\(Self.packaging)/man/\(page)", in: folder) }
    }

    /// The pages as they are committed, and no others: a page that has not changed keeps its date.
    private static func copyPages(from source: String, to folder: String) throws {
        for name in try pages(folder) { unlink("\(folder)/\(name)") }
        for name in try pages(source) {
            try write(try #require(try read("\(source)/\(name)")), to: "\(folder)/\(name)")
        }
    }

    private static func pages(_ folder: String) throws -> [String] {
        let directory = try #require(opendir(folder), "opendir \(folder): errno \(errno)")
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".1") { names.append(name) }
        }
        return names
    }

    @Test func `the help tells every exit status`() throws {
        let end = try Mortise.run(["--help"])
        try expectSnapshot("help", end, command: "--help")
    }

    @Test func `the help of mode names the modes`() throws {
        let end = try Mortise.run(["mode", "--help"])
        try expectSnapshot("help-mode", end, command: "mode --help")
    }
}
