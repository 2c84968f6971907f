import LockCore

/// A rule between keys of a board profile.
struct ProfileRule: Sendable {
    /// The rule broken, in words that name every key's value and where it came from.
    struct Violation {
        /// Which of ``ProfileRule/keys`` to blame: the first of them that the file gives.
        var message: String
        var allowed: String
    }

    /// The keys that it reads, the one to blame first. Not checked when one of them could not be read.
    let keys: [String]
    /// The rule as the documentation states it.
    let statement: String
    let reason: String
    /// nil: the rule holds.
    let check: @Sendable (ProfileValues) -> Violation?

    static let all: [ProfileRule] = [
        order("cap-minimum", "<=", "cap", because: "the cap before calibration obeys the same bounds as after it"),
        order("cap", "<=", "cap-maximum", because: "no drive is ever longer than cap-maximum"),
        order("cap-minimum", "<=", "cap-maximum", because: "they are the ends of one range"),
        order("blanking", "<", "cap-minimum", because: "a stall must be seen before the cap, or it is never seen"),
        order(
            "minimum-stroke", "<", "cap-minimum",
            because: "otherwise every stroke is too fast to be believed or too slow to be allowed"),
        order("debounce", "<", "settle", because: "the verdict needs switches that have been steady for that long"),
        order(
            "dead-time", "<=", "retry-pause",
            because: "the pause is spent coasting and ends in a drive the other way"),
        order("refuse-lock", "<", "warn", because: "people must be warned before they are refused"),
        burstCoversOneJam, burstCoversCalibration,
    ]

    /// The motor may never be out of budget when somebody has to get through the door after a jam: the blocked
    /// attempt, for each retry one drive back and one drive again, and then one unlock, each as long as a drive can be.
    private static let burstCoversOneJam = ProfileRule(
        keys: ["burst", "retries", "cap-maximum"], statement: "burst >= (2 * retries + 2) * cap-maximum",
        reason: """
            a jammed lock drives once, then back and again for each retry, and there must be budget left to unlock, with \
            every drive as long as it may be
            """
    ) { values in
        let (drives, cap, burst) = (2 * values["retries"] + 2, values["cap-maximum"], values["burst"])
        // Both factors are within their ranges, far from overflow.
        guard burst < drives * cap else { return nil }
        let needed = Dimension.time.format(drives * cap)
        return Violation(
            message: """
                \(values.cite("burst")) is less than \(needed), which is (2 * retries + 2) * cap-maximum with \
                \(values.cite("retries")) and \(values.cite("cap-maximum"))
                """,
            allowed: "burst >= (2 * retries + 2) * cap-maximum")
    }

    /// Otherwise even a cold motor could never be calibrated.
    private static let burstCoversCalibration = ProfileRule(
        keys: ["burst", "cap-maximum"], statement: "burst >= 5 * cap-maximum",
        reason: """
            a calibration drives four times, and there must be budget left to unlock, with every drive as long as it may be
            """
    ) { values in
        let (cap, burst) = (values["cap-maximum"], values["burst"])
        // Both are within their ranges, far from overflow.
        guard burst < 5 * cap else { return nil }
        return Violation(
            message: """
                \(values.cite("burst")) is less than \(Dimension.time.format(5 * cap)), which is 5 * cap-maximum with \
                \(values.cite("cap-maximum"))
                """,
            allowed: "burst >= 5 * cap-maximum")
    }

    /// `lesser` below `greater`, strictly or not.
    private static func order(
        _ lesser: String, _ relation: String, _ greater: String, because reason: String
    ) -> ProfileRule {
        let statement = "\(lesser) \(relation) \(greater)"
        let isStrict = relation == "<"
        return ProfileRule(keys: [lesser, greater], statement: statement, reason: reason) { values in
            let (left, right) = (values[lesser], values[greater])
            guard left > right || (isStrict && left == right) else { return nil }
            let verb = isStrict ? "is not below" : "is above"
            return Violation(
                message: "\(values.cite(lesser)) \(verb) \(values.cite(greater))", allowed: statement)
        }
    }
}

/// The quantities of a profile being read, by key, with where they came from.
struct ProfileValues {
    let draft: ProfileDraft
    /// Where each key was given; a key that is not here has its default.
    let given: [String: FilePosition]

    /// In base units of its dimension; 0 for a key that is no quantity, which no rule asks for.
    subscript(name: String) -> Int64 { Self.field(name)?.get(draft) ?? 0 }

    /// "cap=900ms (line 12)"
    func cite(_ name: String) -> String {
        let value = Self.field(name)?.bounds.dimension.format(self[name]) ?? ""
        return "\(name)=\(value) (\(given[name].map { "line \($0.line)" } ?? "default"))"
    }

    private static func field(_ name: String) -> QuantityField? {
        guard case .quantity(let field) = ProfileSchema.key(named: name)?.value else { return nil }
        return field
    }
}
