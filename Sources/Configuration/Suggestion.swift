/// Finds the word that was probably meant.
enum Suggestion {
    /// The longest word that is looked at: no key is nearly as long, and the comparison is quadratic.
    static let maximumScalars = 48

    /// The candidate with the fewest edits from `word`, case ignored; nil when none is near: one edit, or a third of
    /// the word's length.
    static func closest(to word: String, among candidates: [String]) -> String? {
        let word = Array(word.lowercased().unicodeScalars)
        guard !word.isEmpty, word.count <= maximumScalars else { return nil }
        let bound = max(1, word.count / 3)
        var best: (candidate: String, edits: Int)?
        for candidate in candidates {
            let edits = distance(word, Array(candidate.lowercased().unicodeScalars))
            if edits <= bound, edits < best?.edits ?? .max { best = (candidate, edits) }
        }
        return best?.candidate
    }

    /// The number of insertions, deletions, replacements and exchanges of neighbours that turn one word into the other
    /// (optimal string alignment).
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, from) in left.enumerated() {
            var current = [row + 1]
            for (column, to) in right.enumerated() {
                var edits = min(last[column] + (from == to ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, from == right[column - 1], left[row - 1] == to {
                    edits = min(edits, beforeLast[column - 1] + 1)
                }
                current.append(edits)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
