/// Where something stands in a file. Lines and columns count from 1; columns count Unicode scalars.
package struct FilePosition: Hashable, Comparable, Sendable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int = 1) {
        self.line = line
        self.column = column
    }

    package static func < (left: FilePosition, right: FilePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// One thing that is wrong in a configuration file, for the person who wrote it: where it is, what is wrong, what is
/// allowed.
package struct ConfigurationProblem: Hashable, Sendable {
    /// The file as the reader was told of it.
    package var file: String
    package var position: FilePosition
    /// The section it is in, without brackets; nil outside of any.
    package var section: String?
    /// The key it is about; nil when it is about the section or the line.
    package var key: String?
    /// What is wrong. Quotes the offending text, escaped and shortened.
    package var message: String
    /// What would be right; nil when the message says it.
    package var allowed: String?

    package init(
        file: String, position: FilePosition, section: String? = nil, key: String? = nil, message: String,
        allowed: String? = nil
    ) {
        self.file = file
        self.position = position
        self.section = section
        self.key = key
        self.message = message
        self.allowed = allowed
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `FILE:LINE: [Section] key: what is wrong; allowed: …`
    package var description: String {
        var text = "\(file):\(position.line): "
        if let section {
            text += "[\(section)]" + (key.map { " \($0)" } ?? "") + ": "
        }
        text += message
        if let allowed { text += "; allowed: \(allowed)" }
        return text
    }
}

/// Problems as they are found, at most ``maximumKept`` of them.
package struct ProblemList: Hashable, Sendable {
    /// More than a person mends in one go; a file of noise must not fill the terminal or the memory.
    package static let maximumKept = 64

    /// Those that were kept, in the order in which they were found.
    package private(set) var problems: [ConfigurationProblem] = []
    /// How many were found beyond ``maximumKept``.
    package private(set) var omitted = 0

    package init() {}

    package var isEmpty: Bool { problems.isEmpty }

    /// Keeps the problem, or counts it when the list is full.
    package mutating func append(_ problem: ConfigurationProblem) {
        if problems.count < Self.maximumKept {
            problems.append(problem)
        } else {
            omitted += 1
        }
    }
}
