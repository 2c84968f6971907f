/// Everything that is wrong with a board profile, in the order of the file.
package struct ProfileErrors: Error, Hashable, Sendable {
    /// At most ``ProblemList/maximumKept``; never empty.
    package var problems: [ConfigurationProblem]
    /// How many more there were.
    package var omitted: Int

    init(_ list: ProblemList) {
        // Sorting is not stable by itself, and the order of discovery is the better one within a line.
        problems = list.problems.enumerated()
            .sorted { ($0.element.position.line, $0.offset) < ($1.element.position.line, $1.offset) }
            .map(\.element)
        omitted = list.omitted
    }
}

extension ProfileErrors: CustomStringConvertible {
    /// One problem a line.
    package var description: String {
        let lines = problems.map(\.description) + (omitted > 0 ? ["… and \(omitted) more"] : [])
        return lines.joined(separator: "\n")
    }
}

/// Why there is no profile.
package enum ProfileLoadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file could not be read.
    case unreadable(FileReadError)
    /// It was read, and is wrong.
    case invalid(ProfileErrors)

    package var description: String {
        switch self {
        case .unreadable(let error): error.description
        case .invalid(let errors): errors.description
        }
    }
}

extension BoardProfile {
    /// Reads and checks a profile.
    ///
    /// - Parameters:
    ///   - text: the content of the file.
    ///   - file: its name for messages.
    package static func parse(_ text: String, file: String) -> Result<BoardProfile, ProfileErrors> {
        parse(Array(text.utf8), file: file)
    }

    /// Reads and checks a profile, from bytes that may not even be text. Total: never traps, whatever they are.
    package static func parse(_ bytes: [UInt8], file: String) -> Result<BoardProfile, ProfileErrors> {
        let (keyFile, problems) = KeyFile.parse(bytes, file: file)
        var reader = ProfileReader(keyFile, problems: problems, file: file)
        return reader.read()
    }

    /// Reads and checks the profile in a file of at most ``KeyFile/maximumBytes``.
    package static func load(path: String) throws(ProfileLoadError) -> BoardProfile {
        let bytes: [UInt8]
        do {
            bytes = try readFile(path: path)
        } catch {
            throw .unreadable(error)
        }
        switch parse(bytes, file: path) {
        case .success(let profile): return profile
        case .failure(let errors): throw .invalid(errors)
        }
    }
}
