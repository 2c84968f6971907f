/// Checks a key file against the schema of board profiles.
struct ProfileReader {
    private let file: String
    private let keyFile: KeyFile
    private var problems: ProblemList
    private var draft = ProfileDraft()
    /// Where each key was given whose value was understood.
    private var given: [String: FilePosition] = [:]
    /// Keys and sections that a problem has been reported for: nothing that follows from it is reported besides.
    private var faultyKeys: Set<String> = []
    private var faultySections: Set<ProfileSection> = []

    init(_ keyFile: KeyFile, problems: ProblemList, file: String) {
        self.file = file
        self.keyFile = keyFile
        self.problems = problems
        faultyKeys = Set(problems.problems.compactMap(\.key))
    }

    mutating func read() -> Result<BoardProfile, ProfileErrors> {
        for section in keyFile.sections { readSection(section) }
        checkMissing()
        checkLinesAreDistinct()
        checkBatteryIsThere()
        checkRules()
        if problems.isEmpty, let profile = BoardProfile(draft) { return .success(profile) }
        return .failure(ProfileErrors(problems))
    }

    private mutating func readSection(_ section: KeyFile.Section) {
        guard let known = ProfileSection(rawValue: section.name) else {
            let names = ProfileSection.allCases.map(\.rawValue)
            let meant = Suggestion.closest(to: section.name, among: names)
            if let meant, let section = ProfileSection(rawValue: meant) { faultySections.insert(section) }
            complain(
                section.position, nil, nil,
                "there is no section [\(Self.plain(section.name))]" + Self.hint(meant.map { "[\($0)]" }),
                allowed: Quoting.choice(names.map { "[\($0)]" }))
            return
        }
        for entry in section.entries { readEntry(entry, in: known) }
    }

    private mutating func readEntry(_ entry: KeyFile.Entry, in section: ProfileSection) {
        let siblings = ProfileSchema.keys(in: section)
        guard let key = siblings.first(where: { $0.name == entry.key }) else {
            let names = siblings.map(\.name)
            if let home = ProfileSchema.key(named: entry.key) {
                faultyKeys.insert(home.name)
                complain(
                    entry.position, section, entry.key, "the key belongs in [\(home.section.rawValue)]",
                    allowed: Quoting.choice(names))
                return
            }
            let meant = Suggestion.closest(to: entry.key, among: names)
            if let meant { faultyKeys.insert(meant) }
            complain(
                entry.position, section, entry.key, "there is no such key" + Self.hint(meant),
                allowed: Quoting.choice(names))
            return
        }
        do throws(ValueComplaint) {
            try key.read(entry.value, into: &draft)
            given[key.name] = entry.position
        } catch {
            faultyKeys.insert(key.name)
            complain(entry.valuePosition, section, key.name, error.message, allowed: error.allowed)
        }
    }

    /// What has no default has to be given.
    private mutating func checkMissing() {
        for section in ProfileSection.allCases {
            let required = ProfileSchema.keys(in: section).filter { $0.defaultValue == nil }
            if let found = keyFile.sections.first(where: { $0.name == section.rawValue }) {
                for key in required where given[key.name] == nil && !faultyKeys.contains(key.name) {
                    faultyKeys.insert(key.name)
                    complain(found.position, section, key.name, "the key is missing", allowed: key.allowed)
                }
            } else if !required.isEmpty, !keyFile.hasUnreadableHeader, !faultySections.contains(section) {
                complain(
                    FilePosition(line: keyFile.lineCount), section, nil, "the section is missing",
                    allowed: "[\(section.rawValue)] with " + required.map(\.name).joined(separator: ", "))
            }
        }
    }

    private mutating func checkLinesAreDistinct() {
        var taken: [String: LineRole] = [:]
        // In the order of the file, so that the second mention is the one that is blamed.
        let roles = LineRole.allCases.filter { given[$0.rawValue] != nil }
            .sorted { Self.isEarlier(given[$0.rawValue], given[$1.rawValue]) }
        for role in roles {
            guard let line = draft.lines[role] else { continue }
            if let other = taken[line.name], let position = given[role.rawValue] {
                let place = given[other.rawValue].map { " (line \($0.line))" } ?? ""
                complain(
                    position, .gpio, role.rawValue,
                    "line \(Quoting.quote(line.name)) already is \(other.rawValue)\(place)", allowed: "one role a line")
            } else {
                taken[line.name] = role
            }
        }
    }

    /// Thresholds without a gauge would look as if they protected something.
    private mutating func checkBatteryIsThere() {
        guard draft.supply == ProfileDraft.Supply.none, let supply = given["supply"] else { return }
        for key in ProfileSchema.keys(in: .battery) where key.name != "supply" {
            guard let position = given[key.name] else { continue }
            faultyKeys.insert(key.name)
            complain(
                position, .battery, key.name, "the key has no effect with supply=none (line \(supply.line))",
                allowed: "no \(key.name), or a supply that can be read")
        }
    }

    private mutating func checkRules() {
        let values = ProfileValues(draft: draft, given: given)
        for rule in ProfileRule.all where rule.keys.allSatisfy({ !faultyKeys.contains($0) }) {
            guard let violation = rule.check(values) else { continue }
            // The defaults satisfy every rule, so one of the keys was given.
            guard let blamed = rule.keys.first(where: { given[$0] != nil }), let position = given[blamed] else {
                continue
            }
            complain(
                position, ProfileSchema.key(named: blamed)?.section, blamed, violation.message,
                allowed: violation.allowed)
        }
    }

    private mutating func complain(
        _ position: FilePosition, _ section: ProfileSection?, _ key: String?, _ message: String, allowed: String
    ) {
        problems.append(
            ConfigurationProblem(
                file: file, position: position, section: section?.rawValue, key: key, message: message,
                allowed: allowed))
    }

    private static func hint(_ meant: String?) -> String { meant.map { "; did you mean \($0)?" } ?? "" }

    private static func isEarlier(_ left: FilePosition?, _ right: FilePosition?) -> Bool {
        guard let left, let right else { return left != nil }
        return left < right
    }

    /// A name for a message that has its own brackets.
    private static func plain(_ name: String) -> String { String(Quoting.quote(name).dropFirst().dropLast()) }
}
