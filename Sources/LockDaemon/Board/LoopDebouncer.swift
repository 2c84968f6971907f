package import LockCore

/// Debounces the loop's lines where the kernel does not (libgpiod 1). Pure.
package struct LoopDebouncer: Hashable, Sendable {
    private var lines: [LoopLine]
    private var switches: [SwitchDebouncer]
    private var news: [LoopLineEvent] = []

    /// `levels`: what is believed to begin with.
    package init(_ lines: [LoopLine], period: Duration, levels: LoopLevels) {
        self.lines = lines
        switches = lines.map { SwitchDebouncer(period: period, isActive: levels[$0]) }
    }

    /// When ``settle(at:levels:)`` must be called at the latest; nil while every line rests. ``Instant/zero`` while news waits.
    package var deadline: Instant? {
        news.isEmpty ? switches.compactMap(\.deadline).min() : .zero
    }

    /// A raw edge of the line at a position.
    package mutating func edge(_ index: Int, isActive: Bool, at timestamp: Instant) {
        switches[index].edge(isActive: isActive, at: timestamp)
        noteNews()
    }

    /// A deadline has passed or edges were lost: `levels` is a fresh reading. It is believed before any edge: a level that no edge
    /// told of begins to be steady now, and an edge that the line has gone back from is forgotten.
    package mutating func settle(at now: Instant, levels: LoopLevels, lostEdges: Bool = false) {
        for index in switches.indices {
            let isActive = levels[lines[index]]
            let isDue = switches[index].deadline.map { now >= $0 } ?? false
            if isActive != switches[index].believed {
                switches[index].settle(at: now)
                if isActive != switches[index].believed, switches[index].deadline == nil {
                    switches[index].edge(isActive: isActive, at: now)
                }
            } else if isDue {
                switches[index] = SwitchDebouncer(period: switches[index].period, isActive: isActive)
            } else if lostEdges, switches[index].deadline != nil {
                switches[index].edge(isActive: isActive, at: now)
            }
        }
        noteNews()
    }

    /// The oldest change that is believed.
    package mutating func takeNews() -> LoopLineEvent? { news.isEmpty ? nil : news.removeFirst() }

    /// What is believed of the lines.
    package var levels: LoopLevels {
        var levels = LoopLevels()
        for index in lines.indices { levels[lines[index]] = switches[index].believed }
        return levels
    }

    private mutating func noteNews() {
        for index in switches.indices where switches[index].takeNews() {
            let change = LoopLineEvent.changed(lines[index], isActive: switches[index].believed)
            // Only what is newest of each line: three entries at most.
            news.removeAll { if case .changed(let line, _) = $0 { line == lines[index] } else { false } }
            news.append(change)
        }
    }
}

extension LoopLevels {
    /// The level of one line.
    package subscript(line: LoopLine) -> Bool {
        get {
            switch line {
            case .door: isDoorOpen
            case .tamper: isTampered
            case .insideButton: isButtonPressed
            }
        }
        set {
            switch line {
            case .door: isDoorOpen = newValue
            case .tamper: isTampered = newValue
            case .insideButton: isButtonPressed = newValue
            }
        }
    }
}
