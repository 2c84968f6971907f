package import TelemetryPolicy

/// Who processes what the lock sends, where and under which law: what the privacy policy leaves open, as whoever runs the service says it.
///
/// ```
/// [Processing]
/// controller=Lock Company GmbH, Lock Street 1, 12345 Locktown
/// contact=privacy@lock.example
/// erasure-endpoint=https://lock.example/erasure
/// storage-place=Germany
/// jurisdiction=Germany
/// recipients=Cloud Company Ltd; Support Company
/// ```
/// Nobody else is `recipients=none`. A key may be missing, and nothing can be consented to then; a key that is wrong makes all of it
/// missing, so that nobody agrees to half of what was meant.
package enum ProcessingFile {
    private static let section = "Processing"
    private static let nobody = "none"

    private static let keys: [(name: String, path: any WritableKeyPath<ProcessingDetails, String?> & Sendable)] = [
        ("controller", \.controller), ("contact", \.contact), ("erasure-endpoint", \.erasureEndpoint),
        ("storage-place", \.storagePlace), ("jurisdiction", \.jurisdiction),
    ]
    private static let recipients = "recipients"

    /// Reads the details. Total: whatever the bytes are, there are details, which are empty when there is a problem.
    ///
    /// - Parameters:
    ///   - bytes: the content of the file.
    ///   - file: its name for messages.
    package static func parse(
        _ bytes: [UInt8], file: String
    ) -> (details: ProcessingDetails, problems: [ConfigurationProblem]) {
        var (keyFile, problems) = KeyFile.parse(bytes, file: file)
        var details = ProcessingDetails()
        for section in keyFile.sections {
            guard section.name == Self.section else {
                problems.append(
                    ConfigurationProblem(
                        file: file, position: section.position,
                        message: "there is no section \(Quoting.quote(section.name))", allowed: "[\(Self.section)]"))
                continue
            }
            for entry in section.entries { read(entry, file, &details, &problems) }
        }
        return problems.isEmpty ? (details, []) : (ProcessingDetails(), problems.problems)
    }

    /// The details in a file of at most ``KeyFile/maximumBytes``.
    package static func load(
        path: String
    ) throws(FileReadError) -> (details: ProcessingDetails, problems: [ConfigurationProblem]) {
        parse(try readFile(path: path), file: path)
    }

    private static func read(
        _ entry: KeyFile.Entry, _ file: String, _ details: inout ProcessingDetails, _ problems: inout ProblemList
    ) {
        var one = ProcessingDetails()
        if let key = keys.first(where: { $0.name == entry.key }) {
            one[keyPath: key.path] = entry.value
            details[keyPath: key.path] = entry.value
        } else if entry.key == recipients {
            let names = entry.value.split(separator: ";", omittingEmptySubsequences: false).map { trimmed(String($0)) }
            one.recipients = entry.value == nobody ? [] : names
            details.recipients = one.recipients
        } else {
            let names = keys.map(\.name) + [recipients]
            let meant = Suggestion.closest(to: entry.key, among: names).map { "; did you mean \($0)?" } ?? ""
            problems.append(
                problem(entry, file, "there is no such key\(meant)", allowed: names.joined(separator: ", ")))
        }
        let allowed = entry.key == recipients ? "names with ; between them, or \(nobody)" : nil
        for complaint in one.complaints { problems.append(problem(entry, file, complaint, allowed: allowed)) }
    }

    private static func trimmed(_ text: String) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }

    private static func problem(
        _ entry: KeyFile.Entry, _ file: String, _ message: String, allowed: String?
    ) -> ConfigurationProblem {
        ConfigurationProblem(
            file: file, position: entry.position, section: section, key: entry.key, message: message, allowed: allowed)
    }
}
