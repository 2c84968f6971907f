import Testing

@testable import Configuration

/// One bad profile and every word that is said of it.
struct BadProfile: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: String
    var expected: String

    init(_ name: String, _ text: String, _ expected: String) {
        testDescription = name
        self.text = text
        self.expected = expected
    }
}

extension BadProfile {
    private static func motor(_ line: String) -> String { Fixture.inserting(line, after: 17) }

    static let values: [BadProfile] = [
        BadProfile(
            "a time without a unit", motor("cap=900"),
            #"b.conf:18: [Motor] cap: "900" needs a unit: us, ms or s; allowed: 100ms to 5s"#),
        BadProfile(
            "a time in volts", motor("cap=900mV"),
            #"b.conf:18: [Motor] cap: "900mV" has the wrong unit "mV"; it needs us, ms or s; allowed: 100ms to 5s"#),
        BadProfile(
            "a time with a space", motor("cap=900 ms"),
            #"b.conf:18: [Motor] cap: "900 ms" has a space before its unit; allowed: 100ms to 5s"#),
        BadProfile(
            "a fraction", motor("cap=1.5s"),
            """
            b.conf:18: [Motor] cap: "1.5s" is not a whole number with a unit (us, ms or s); \
            write a fraction in a smaller unit; allowed: 100ms to 5s
            """),
        BadProfile(
            "a negative time", motor("cap=-900ms"),
            #"b.conf:18: [Motor] cap: "-900ms" is not a whole number with a unit (us, ms or s); allowed: 100ms to 5s"#),
        BadProfile(
            "digits of another script", motor("cap=٩٠٠ms"),
            #"b.conf:18: [Motor] cap: "٩٠٠ms" is not a whole number with a unit (us, ms or s); allowed: 100ms to 5s"#),
        BadProfile(
            "a time above its range", motor("cap=5001ms"),
            #"b.conf:18: [Motor] cap: "5001ms" is out of range; allowed: 100ms to 5s"#),
        BadProfile(
            "a time below its range", motor("wake=9us"),
            #"b.conf:18: [Motor] wake: "9us" is out of range; allowed: 10us to 50ms"#),
        BadProfile(
            "more digits than a number holds", motor("burst=99999999999999999999s"),
            #"b.conf:18: [Motor] burst: "99999999999999999999s" is out of range; allowed: 1s to 120s"#),
        BadProfile(
            "a number that overflows in its unit", motor("burst=9223372036854775807s"),
            #"b.conf:18: [Motor] burst: "9223372036854775807s" is out of range; allowed: 1s to 120s"#),
        BadProfile(
            "a comment behind a value", motor("cap=900ms # generous"),
            """
            b.conf:18: [Motor] cap: "900ms # generous" has something behind the value; \
            a comment needs a line of its own; allowed: 100ms to 5s
            """),
        BadProfile(
            "a count with a unit", motor("retries=2x"),
            #"b.conf:18: [Motor] retries: "2x" has "x" behind it; it needs no unit; allowed: 0 to 5"#),
        BadProfile(
            "an empty value", motor("cap="),
            "b.conf:18: [Motor] cap: the value is empty; allowed: 100ms to 5s"),
        BadProfile(
            "a percentage without its sign", Fixture.text + "warn=25\n",
            #"b.conf:20: [Battery] warn: "25" needs a unit: %; allowed: 2% to 90%"#),
        BadProfile(
            "a voltage in volts", Fixture.text + "brown-out=5V\n",
            #"b.conf:20: [Battery] brown-out: "5V" has the wrong unit "V"; it needs mV; allowed: 1800mV to 30000mV"#),
        BadProfile(
            "a direction that is none", Fixture.replacing("extend", "extend=in3"),
            #"b.conf:17: [Motor] extend: "in3" is not understood; did you mean in1?; allowed: in1 or in2"#),
        BadProfile(
            "a recovery that is none", Fixture.text + "[Behaviour]\nrecovery=compleat\n",
            """
            b.conf:21: [Behaviour] recovery: "compleat" is not understood; did you mean complete?; \
            allowed: stay or complete
            """),
        BadProfile(
            "true for yes", Fixture.text + "[Behaviour]\nrequire-calibration=true\n",
            #"b.conf:21: [Behaviour] require-calibration: "true" is not understood; allowed: yes or no"#),
        BadProfile(
            "a supply that is a path", Fixture.replacing("supply", "supply=../../etc"),
            """
            b.conf:19: [Battery] supply: "../../etc" is no name of a power supply; \
            allowed: none, or a name in /sys/class/power_supply of at most 63 characters
            """),
        BadProfile(
            "a name that is too long", Fixture.replacing("name", "name=" + String(repeating: "n", count: 65)),
            """
            b.conf:2: [Board] name: "\(String(repeating: "n", count: 60))…" is too long or has characters that do not \
            print; allowed: 1 to 64 characters
            """),
        BadProfile(
            "a chip label that no chip can have",
            Fixture.replacing("chip", "chip=" + String(repeating: "c", count: 32)),
            """
            b.conf:5: [GPIO] chip: "\(String(repeating: "c", count: 32))" is no chip label; \
            allowed: a chip label of 1 to 31 ASCII characters
            """),
    ]

    private static let anInput =
        "a line name of 1 to 31 characters, optionally with active-high or active-low, pull-up, pull-down or no-pull"

    static let lines: [BadProfile] = [
        BadProfile(
            "two roles on one line", Fixture.replacing("limit-retracted", "limit-retracted=OUT"),
            #"b.conf:10: [GPIO] limit-retracted: line "OUT" already is limit-extended (line 9); allowed: one role a line"#
        ),
        BadProfile(
            "an input on an output's line", Fixture.replacing("door", "door=SLEEP, active-low"),
            #"b.conf:13: [GPIO] door: line "SLEEP" already is motor-sleep (line 8); allowed: one role a line"#),
        BadProfile(
            "a lock without a limit switch", Fixture.replacing("limit-extended", "limit-extended=none"),
            #"b.conf:9: [GPIO] limit-extended: "none" is refused: no lock works without this line; allowed: \#(anInput)"#
        ),
        BadProfile(
            "a lock without a sleep line", Fixture.replacing("motor-sleep", "motor-sleep=none"),
            """
            b.conf:8: [GPIO] motor-sleep: "none" is refused: no lock works without this line; \
            allowed: a line name of 1 to 31 characters
            """),
        BadProfile(
            "an output that is active-low", Fixture.replacing("motor-sleep", "motor-sleep=SLEEP, active-low"),
            """
            b.conf:8: [GPIO] motor-sleep: "SLEEP, active-low" has options, but outputs are active-high and not pulled: \
            low, released or reset is off; allowed: a line name of 1 to 31 characters
            """),
        BadProfile(
            "an option that is misspelt", Fixture.replacing("door", "door=DOOR, activ-low"),
            """
            b.conf:13: [GPIO] door: "DOOR, activ-low" has an unknown option "activ-low"; did you mean active-low?; \
            allowed: none, or \(anInput)
            """),
        BadProfile(
            "two levels", Fixture.replacing("door", "door=DOOR, active-low, active-high"),
            """
            b.conf:13: [GPIO] door: "DOOR, active-low, active-high" says twice which level is active; \
            allowed: none, or \(anInput)
            """),
        BadProfile(
            "two pulls", Fixture.replacing("door", "door=DOOR, pull-up, pull-up"),
            """
            b.conf:13: [GPIO] door: "DOOR, pull-up, pull-up" says twice how the line is pulled; \
            allowed: none, or \(anInput)
            """),
        BadProfile(
            "options for a line that is not there", Fixture.replacing("door", "door=none, pull-up"),
            """
            b.conf:13: [GPIO] door: "none, pull-up" says something of a line that is not there; \
            allowed: none, or \(anInput)
            """),
        BadProfile(
            "options without a name", Fixture.replacing("door", "door=active-low"),
            """
            b.conf:13: [GPIO] door: "active-low" begins with an option; the line name comes first; \
            allowed: none, or \(anInput)
            """),
        BadProfile(
            "a comma too many", Fixture.replacing("door", "door=DOOR,"),
            #"b.conf:13: [GPIO] door: "DOOR," has an unknown option ""; allowed: none, or \#(anInput)"#),
        BadProfile(
            "no name at all", Fixture.replacing("door", "door=, active-low"),
            #"b.conf:13: [GPIO] door: ", active-low" has no line name; allowed: none, or \#(anInput)"#),
        BadProfile(
            "a name with a space", Fixture.replacing("door", "door=THE DOOR"),
            """
            b.conf:13: [GPIO] door: "THE DOOR" has a line name with spaces or characters outside ASCII; \
            allowed: none, or \(anInput)
            """),
        BadProfile(
            "a name longer than the kernel keeps",
            Fixture.replacing("door", "door=" + String(repeating: "D", count: 32)),
            """
            b.conf:13: [GPIO] door: "\(String(repeating: "D", count: 32))" has a line name that is too long; \
            allowed: none, or \(anInput)
            """),
    ]

    private static let gpioKeys = """
        chip, motor-in1, motor-in2, motor-sleep, limit-extended, limit-retracted, driver-fault, stall, door, tamper or \
        inside-button
        """
    private static let motorKeys = """
        extend, wake, blanking, cap, cap-minimum, cap-maximum, minimum-stroke, brake, dead-time, settle, debounce, \
        retries, retry-pause, burst or rest-per-drive
        """

    static let structure: [BadProfile] = [
        BadProfile(
            "an unknown key", motor("cap-minmum=300ms"),
            "b.conf:18: [Motor] cap-minmum: there is no such key; did you mean cap-minimum?; allowed: \(motorKeys)"),
        BadProfile(
            "an unknown key that is like nothing", motor("colour=red"),
            "b.conf:18: [Motor] colour: there is no such key; allowed: \(motorKeys)"),
        BadProfile(
            "a key in the wrong section", Fixture.inserting("cap=900ms", after: 15),
            "b.conf:16: [GPIO] cap: the key belongs in [Motor]; allowed: \(gpioKeys)"),
        BadProfile(
            "an unknown section", Fixture.text + "[Network]\naddress=none\n",
            """
            b.conf:20: there is no section [Network]; \
            allowed: [Board], [GPIO], [Motor], [Battery] or [Behaviour]
            """),
        BadProfile(
            "a misspelt section, without its keys being called missing",
            Fixture.text.replacing("[Motor]", "[Moter]"),
            """
            b.conf:16: there is no section [Moter]; did you mean [Motor]?; \
            allowed: [Board], [GPIO], [Motor], [Battery] or [Behaviour]
            """),
        BadProfile(
            "a misspelt required key, without being called missing too", Fixture.replacing("extend", "extnd=in1"),
            "b.conf:17: [Motor] extnd: there is no such key; did you mean extend?; allowed: \(motorKeys)"),
        BadProfile(
            "a duplicate key", motor("extend=in2"),
            "b.conf:18: [Motor] extend: the key is given twice, first in line 17; allowed: once"),
        BadProfile(
            "a duplicate section", Fixture.text + "[Motor]\ncap=900ms\n",
            "b.conf:20: [Motor]: the section is given twice, first in line 16; allowed: once"),
        BadProfile(
            "a role that is left out", Fixture.replacing("stall", nil),
            "b.conf:4: [GPIO] stall: the key is missing; allowed: none, or \(anInput)"),
        BadProfile(
            "a missing section", Fixture.lines[..<17].joined(separator: "\n"),
            "b.conf:17: [Battery]: the section is missing; allowed: [Battery] with supply"),
        BadProfile(
            "an empty file", "",
            """
            b.conf:1: [Board]: the section is missing; allowed: [Board] with name, compatible
            b.conf:1: [GPIO]: the section is missing; allowed: [GPIO] with \
            \(gpioKeys.replacing(" or ", ", "))
            b.conf:1: [Motor]: the section is missing; allowed: [Motor] with extend
            b.conf:1: [Battery]: the section is missing; allowed: [Battery] with supply
            """),
        BadProfile(
            "a broken header, without its keys being called missing", Fixture.text.replacing("[Motor]", "[Motor"),
            #"b.conf:16: "[Motor" is not a section header; allowed: [Section] on its own line"#),
        BadProfile(
            "a continued line", Fixture.replacing("extend", "extend=in1 \\"),
            """
            b.conf:17: [Motor] extend: "in1 \\\\" ends in a backslash, and lines are not continued; \
            allowed: the whole value on one line
            """),
        BadProfile(
            "a threshold without a gauge", Fixture.replacing("supply", "supply=none") + "warn=25%\n",
            """
            b.conf:20: [Battery] warn: the key has no effect with supply=none (line 19); \
            allowed: no warn, or a supply that can be read
            """),
    ]

    static let rules: [BadProfile] = [
        BadProfile(
            "a cap above its maximum", Fixture.inserting("cap=2s", "cap-maximum=1s", after: 17),
            "b.conf:18: [Motor] cap: cap=2s (line 18) is above cap-maximum=1s (line 19); allowed: cap <= cap-maximum"),
        BadProfile(
            "a cap below its minimum, which is a default", motor("cap=299ms"),
            """
            b.conf:18: [Motor] cap: cap-minimum=300ms (default) is above cap=299ms (line 18); \
            allowed: cap-minimum <= cap
            """),
        BadProfile(
            "a minimum above the maximum",
            Fixture.inserting("cap-minimum=1s", "cap-maximum=950ms", after: 17),
            """
            b.conf:18: [Motor] cap-minimum: cap-minimum=1s (line 18) is above cap=900ms (default); \
            allowed: cap-minimum <= cap
            b.conf:18: [Motor] cap-minimum: cap-minimum=1s (line 18) is above cap-maximum=950ms (line 19); \
            allowed: cap-minimum <= cap-maximum
            """),
        BadProfile(
            "blanking as long as the shortest cap", motor("blanking=300ms"),
            """
            b.conf:18: [Motor] blanking: blanking=300ms (line 18) is not below cap-minimum=300ms (default); \
            allowed: blanking < cap-minimum
            """),
        BadProfile(
            "a shortest stroke as long as the shortest cap", motor("minimum-stroke=300ms"),
            """
            b.conf:18: [Motor] minimum-stroke: minimum-stroke=300ms (line 18) is not below \
            cap-minimum=300ms (default); allowed: minimum-stroke < cap-minimum
            """),
        BadProfile(
            "a verdict before the switches are steady", Fixture.inserting("settle=20ms", "debounce=20ms", after: 17),
            """
            b.conf:19: [Motor] debounce: debounce=20ms (line 19) is not below settle=20ms (line 18); \
            allowed: debounce < settle
            """),
        BadProfile(
            "a retry before the bridge may be energised again", motor("dead-time=251ms"),
            """
            b.conf:18: [Motor] dead-time: dead-time=251ms (line 18) is above retry-pause=250ms (default); \
            allowed: dead-time <= retry-pause
            """),
        BadProfile(
            "a refusal before the warning", Fixture.text + "warn=10%\nrefuse-lock=10%\n",
            """
            b.conf:21: [Battery] refuse-lock: refuse-lock=10% (line 21) is not below warn=10% (line 20); \
            allowed: refuse-lock < warn
            """),
        BadProfile(
            "a budget that one jam uses up", Fixture.inserting("burst=17s", "retries=5", after: 17),
            """
            b.conf:18: [Motor] burst: burst=17s (line 18) is less than 18s, which is (2 * retries + 2) * cap-maximum \
            with retries=5 (line 19) and cap-maximum=1500ms (default); \
            allowed: burst >= (2 * retries + 2) * cap-maximum
            """),
        BadProfile(
            "a budget that no calibration fits in", Fixture.inserting("burst=7s", "retries=0", after: 17),
            """
            b.conf:18: [Motor] burst: burst=7s (line 18) is less than 7500ms, which is 5 * cap-maximum with \
            cap-maximum=1500ms (default); allowed: burst >= 5 * cap-maximum
            """),
        BadProfile(
            "a cap that uses up the default budget in one jam", motor("cap-maximum=4s"),
            """
            b.conf:18: [Motor] cap-maximum: burst=20s (default) is less than 24s, which is \
            (2 * retries + 2) * cap-maximum with retries=2 (default) and cap-maximum=4s (line 18); \
            allowed: burst >= (2 * retries + 2) * cap-maximum
            """),
    ]
}

extension String {
    /// The text with every occurrence of a pattern replaced.
    fileprivate func replacing(_ pattern: String, _ replacement: String) -> String {
        var (text, result) = (self[...], "")
        while let first = text.first {
            if text.hasPrefix(pattern) {
                result += replacement
                text = text.dropFirst(pattern.count)
            } else {
                result.append(first)
                text = text.dropFirst()
            }
        }
        return result
    }
}
