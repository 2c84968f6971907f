import LockCore
import LockSimulation

/// The faults that a key puts in and takes out: every kind that scenarios know, for either switch where there are two. Those that
/// have a key of their own outside the menu (``LiveKeys``) are not in it.
enum FaultMenu {
    struct Entry: Sendable {
        var key: Character
        /// At most ``labelWidth`` characters.
        var label: String
        var action: ScenarioAction
    }

    /// What fits beside two others in a window of 80 columns.
    static let labelWidth = 20
    /// Columns of the menu.
    static let columns = 3

    /// Key, label and a scenario's words. Without f, which leaves the menu, q, which must not do anything else, and 0, which
    /// ends them all.
    static let rows: [(key: Character, label: String, text: String)] = [
        ("a", "obstruction 12 hard", "fault obstruction 12 hard"),
        ("b", "obstruction 8 soft", "fault obstruction 8 soft"),
        ("c", "slipping gear", "fault slipping-gear"),
        ("d", "motor reversed", "fault motor-reversed"),
        ("e", "motor disconnected", "fault motor-disconnected"),
        ("g", "driver fault", "fault driver-fault"),
        ("h", "weak battery 12 %", "fault weak-battery 12"),
        ("i", "weak battery 5 %", "fault weak-battery 5"),
        ("j", "gauge unreadable", "fault gauge-unreadable"),
        ("k", "extended stuck open", "fault limit-stuck extended inactive"),
        ("l", "extended stuck shut", "fault limit-stuck extended active"),
        ("m", "retracted stuck open", "fault limit-stuck retracted inactive"),
        ("n", "retracted stuck shut", "fault limit-stuck retracted active"),
        ("o", "both limits active", "fault both-limits-active"),
        ("p", "extended noisy", "fault limit-noise extended"),
        ("r", "retracted noisy", "fault limit-noise retracted"),
        ("s", "extended edges lost", "fault lost-edges extended 200"),
        ("t", "retracted edges lost", "fault lost-edges retracted 200"),
        ("u", "edges late by 20 ms", "fault late-edges 20ms"),
        ("v", "brown-out under load", "fault brown-out"),
        ("w", "disk fails", "store fail"),
        ("x", "thread held up", "bolt-thread held-up 400ms"),
        ("y", "clock: a day ahead", "clock-jump 86400"),
        ("z", "clock: a day back", "clock-jump -86400"),
        ("1", "clock: none", "clock none"),
        ("2", "clock: untrusted", "clock untrusted"),
        ("3", "clock: trusted", "clock trusted"),
    ]

    static let entries: [Entry] = rows.compactMap { row in
        // That all of them can be read is held by a test.
        (try? ScenarioAction(text: row.text)).map { Entry(key: row.key, label: row.label, action: $0) }
    }
}

/// What the keys of the live view do that a scenario could also say.
enum LiveKeys {
    /// `p`.
    static let powerCut = "power-cut 1s"
    /// `s`.
    static let diskStall = "store stall 5s"
}
