import TestPrograms
import Testing

/// Compares what a run of the program gave with the file of that name under Snapshots. A missing file is written, and
/// the test fails saying so: to record anew, delete the file and look at what comes.
func expectSnapshot(
    _ name: String, _ end: Child.End, command: String, replacing replacements: [(String, String)] = [],
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    var text = "$ mortise \(command)\n"
    if !end.output.isEmpty { text += "--- standard output\n\(end.output)" }
    if !end.error.isEmpty { text += "--- standard error\n\(end.error)" }
    text += "--- exit status \(end.status)\n"
    for (old, new) in replacements {
        text = text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }

    let path = "\(Mortise.root)/Tests/MortiseTests/Snapshots/\(name).txt"
    guard let expected = try read(path) else {
        try write(text, to: path)
        Issue.record(
            "There was no snapshot \(name).txt. It is written now: look at it.", sourceLocation: sourceLocation)
        return
    }
    #expect(text == expected, "differs from Snapshots/\(name).txt", sourceLocation: sourceLocation)
}

/// Runs the program and compares. The bus's address, which is another in each run, is put down as BUS.
func expectSnapshot(
    _ name: String, _ arguments: [String], bus: String, replacing replacements: [(String, String)] = [],
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    try expectSnapshot(
        name, try Mortise.run(arguments, bus: bus), command: arguments.joined(separator: " "),
        replacing: [(bus, "BUS")] + replacements, sourceLocation: sourceLocation)
}
