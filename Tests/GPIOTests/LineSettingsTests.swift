import GPIO
import Testing

/// What is refused before the kernel is asked, whose answer would be "Invalid argument" for everything.
struct LineSettingsTests {
    static func capabilities(debounce: Bool = true, eventClock: Bool = true) -> Capabilities {
        Capabilities(
            libraryVersion: "9.9", debounce: debounce, sequenceNumbers: true, singleDescriptor: true,
            eventClock: eventClock, lineSettings: true)
    }

    @Test func `what the lock asks for is sound`() {
        let capabilities = Self.capabilities()
        #expect(LineSettings.output().problem(with: capabilities) == nil)
        #expect(LineSettings.output(startsActive: true).problem(with: capabilities) == nil)
        let settings = LineSettings.input(
            activeLow: true, bias: .pullUp, edges: .both, debounce: .milliseconds(15))
        #expect(settings.problem(with: capabilities) == nil)
    }

    @Test func `an output has no edges, no debounce and no pull`() {
        var settings = LineSettings.output()
        settings.edges = .rising
        #expect(
            settings.problem(with: Self.capabilities())
                == "an output cannot report edges: it changes only when it is set")
        settings = .output()
        settings.debounce = .milliseconds(5)
        #expect(settings.problem(with: Self.capabilities()) == "an output cannot be debounced")
        settings = .output()
        settings.bias = .pullUp
        #expect(settings.problem(with: Self.capabilities()) == "an output is driven, not pulled")
    }

    @Test func `an input has no value to start with`() {
        var settings = LineSettings.input()
        settings.startsActive = true
        #expect(settings.problem(with: Self.capabilities()) == "an input has no value to start with")
    }

    @Test(arguments: [Duration.milliseconds(-1), .seconds(11), .nanoseconds(1)])
    func `a debounce period that no switch has is refused`(period: Duration) {
        let problem = LineSettings.input(edges: .both, debounce: period).problem(with: Self.capabilities())
        #expect(problem?.hasPrefix("a debounce period is") == true)
    }

    @Test func `what the library cannot do is refused, not left out`() {
        let old = Self.capabilities(debounce: false, eventClock: false)
        #expect(
            LineSettings.input(edges: .both, debounce: .milliseconds(5)).problem(with: old)
                == "libgpiod 9.9 cannot have the kernel debounce")
        var settings = LineSettings.input(edges: .both)
        settings.eventClock = .realtime
        #expect(settings.problem(with: old) == "libgpiod 9.9 has no choice of event clock")
        #expect(LineSettings.input(edges: .both).problem(with: old) == nil)
    }

    @Test func `the capabilities of this build are those of its library`() {
        let capabilities = Capabilities.current
        // For whoever reads the log of a board: which library it was.
        print(capabilities)
        let isSecond = capabilities.libraryVersion.hasPrefix("2.")
        #expect(isSecond || capabilities.libraryVersion.hasPrefix("1."), "\(capabilities)")
        #expect(capabilities.debounce == isSecond)
        #expect(capabilities.sequenceNumbers == isSecond)
        #expect(capabilities.singleDescriptor == isSecond)
        #expect(capabilities.eventClock == isSecond)
        #expect(capabilities.lineSettings == isSecond)
    }
}
