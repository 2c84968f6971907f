import Testing

/// What is generated from the command tree is committed, and current. Whatever is not is written anew, and the test
/// fails: look at it and commit it.
@Suite struct GeneratedFilesTests {
    @Test(arguments: [("bash", "mortise"), ("zsh", "_mortise"), ("fish", "mortise.fish")])
    func `completions are current`(_ shell: String, _ file: String) throws {
        let end = try Mortise.run(["--generate-completion-script", shell])
        try #require(end.status == 0, "\(end.error)")
        let path = "\(Mortise.root)/board/packaging/completions/\(file)"
        guard try read(path) != end.output else { return }
        try write(end.output, to: path)
        Issue.record("board/packaging/completions/\(file) was missing or stale. It is written now: look at it.")
    }

    @Test func `manual pages are current`() throws {
        let folder = "\(Mortise.root)/board/packaging/man"
        var generate = try Child(
            "python3", ["\(folder)/generate", Mortise.path, folder],
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"])
        let end = try generate.finish(within: 60)
        try #require(end.status == 0, "\(end.error)")
        #expect(end.output.isEmpty, "These were missing or stale. They are written now: look at them.")
    }

    @Test func `the help tells every exit status`() throws {
        let end = try Mortise.run(["--help"])
        try expectSnapshot("help", end, command: "--help")
    }
}
