import LockCore
import Testing

@testable import Configuration

@Suite("Board profiles")
struct BoardProfileTests {
    @Test("the smallest profile has the core's defaults")
    func defaults() throws {
        let profile = try BoardProfile.parse(Fixture.text, file: "b.conf").get()
        var expected = DeviceConfiguration()
        expected.equipment.stallSensor = false
        expected.equipment.doorSensor = false
        expected.equipment.tamperSwitch = false
        #expect(profile.deviceConfiguration == expected)
        #expect(profile.name == "Test board")
        #expect(profile.compatible == "test,board")
        #expect(profile.chip == "test-chip")
        #expect(profile.extendInput == .in1)
        #expect(profile.powerSupply == "battery")
        #expect(profile.lines.motorIn1 == GPIOLine(name: "IN1"))
        #expect(profile.lines[.driverFault] == GPIOLine(name: "FAULT", isActiveLow: true, bias: .pullUp))
        #expect(profile.lines[.stall] == nil)
    }

    @Test("every value that is given reaches the core")
    func everyValue() throws {
        let text =
            Fixture.inserting(
                "wake=1500us", "blanking=61ms", "cap=901ms", "cap-minimum=301ms", "cap-maximum=2s",
                "minimum-stroke=81ms", "brake=62ms", "dead-time=101ms", "settle=63ms", "debounce=11ms", "retries=3",
                "retry-pause=251ms", "burst=21s", "rest-per-drive=10", after: 17)
            + "warn=26%\nrefuse-lock=11%\nbrown-out=4401mV\n[Behaviour]\nrecovery=complete\nrequire-calibration=yes\n"
        let device = try BoardProfile.parse(text, file: "b.conf").get().deviceConfiguration
        #expect(device.stroke.wake == .microseconds(1500))
        #expect(device.stroke.blanking == .milliseconds(61))
        #expect(device.stroke.uncalibratedCap == .milliseconds(901))
        #expect(device.stroke.capMinimum == .milliseconds(301))
        #expect(device.stroke.capMaximum == .seconds(2))
        #expect(device.stroke.minimumStroke == .milliseconds(81))
        #expect(device.stroke.brake == .milliseconds(62))
        #expect(device.stroke.deadTime == .milliseconds(101))
        #expect(device.stroke.settle == .milliseconds(63))
        #expect(device.stroke.debounce == .milliseconds(11))
        #expect(device.retry.retries == 3)
        #expect(device.retry.pause == .milliseconds(251))
        #expect(device.duty.burst == .seconds(21))
        #expect(device.duty.restPerDrive == 10)
        #expect(device.battery?.warnPercent == 26)
        #expect(device.battery?.refuseLockPercent == 11)
        #expect(device.battery?.brownOutMillivolts == 4401)
        #expect(device.recovery == .complete)
        #expect(device.requiresCalibration)
    }

    @Test(
        "the core is told of each role that is there and of no other",
        arguments: [
            (LineRole.driverFault, \Equipment.driverFault), (.stall, \.stallSensor), (.door, \.doorSensor),
            (.tamper, \.tamperSwitch), (.insideButton, \.insideButton),
        ] as [(LineRole, any WritableKeyPath<Equipment, Bool> & Sendable)])
    func equipment(role: LineRole, path: any WritableKeyPath<Equipment, Bool> & Sendable) throws {
        let text = Fixture.lines.map { line in
            guard let absent = LineRole.allCases.first(where: { $0.mayBeAbsent && line.hasPrefix("\($0.rawValue)=") })
            else { return line }
            return "\(absent.rawValue)=\(absent == role ? "LINE" : "none")"
        }
        var expected = Equipment()
        expected.driverFault = false
        expected.stallSensor = false
        expected.doorSensor = false
        expected.tamperSwitch = false
        expected.insideButton = false
        expected[keyPath: path] = true
        let profile = try BoardProfile.parse(text.joined(separator: "\n"), file: "b.conf").get()
        #expect(profile.deviceConfiguration.equipment == expected)
        #expect(profile.lines[role] == GPIOLine(name: "LINE"))
    }

    @Test("a board without a gauge gives a core without thresholds")
    func mains() throws {
        let profile = try BoardProfile.parse(Fixture.replacing("supply", "supply=none"), file: "b.conf").get()
        #expect(profile.powerSupply == nil)
        #expect(profile.deviceConfiguration.battery == nil)
    }

    @Test(
        "a line says how it is active and pulled, in any order",
        arguments: [
            ("L", GPIOLine(name: "L")),
            ("L, active-low", GPIOLine(name: "L", isActiveLow: true)),
            ("L,pull-down,active-high", GPIOLine(name: "L", bias: .pullDown)),
            ("GPIO-5/x.y , no-pull", GPIOLine(name: "GPIO-5/x.y", bias: .disabled)),
            ("L, pull-up, active-low", GPIOLine(name: "L", isActiveLow: true, bias: .pullUp)),
        ])
    func lines(value: String, expected: GPIOLine) throws {
        let profile = try BoardProfile.parse(Fixture.replacing("door", "door=\(value)"), file: "b.conf").get()
        #expect(profile.lines.door == expected)
        #expect(profile.deviceConfiguration.equipment.doorSensor)
    }

    @Test("extend says which input is high, and coast and brake do not depend on it", arguments: BridgeInput.allCases)
    func bridge(input: BridgeInput) throws {
        let text = Fixture.replacing("extend", "extend=\(input.rawValue)")
        let profile = try BoardProfile.parse(text, file: "b.conf").get()
        let first = input == .in1
        #expect(profile.inputs(for: .coast) == BridgeInputs(in1: false, in2: false))
        #expect(profile.inputs(for: .brake) == BridgeInputs(in1: true, in2: true))
        #expect(profile.inputs(for: .extend) == BridgeInputs(in1: first, in2: !first))
        #expect(profile.inputs(for: .retract) == BridgeInputs(in1: !first, in2: first))
    }

    @Test("the order of sections and keys does not matter")
    func order() throws {
        let sections = [[], Array(Fixture.lines[17...]), Array(Fixture.lines[3..<15].reversed())]
        let text = ["[Motor]", "extend=in1"] + sections[1] + ["[GPIO]"] + sections[2].dropLast() + Fixture.lines[..<3]
        let reordered = try BoardProfile.parse(text.joined(separator: "\n"), file: "b.conf").get()
        #expect(try reordered == BoardProfile.parse(Fixture.text, file: "b.conf").get())
    }

    @Test("the shipped profiles are valid", arguments: ["simulated", "virtual-board", "raspberry-pi-zero-2w-drv8833"])
    func shipped(name: String) throws {
        let profile = try BoardProfile.load(path: Repository.path("board/profiles/\(name).conf"))
        switch name {
        case "simulated":
            #expect(profile.deviceConfiguration == DeviceConfiguration())
        case "virtual-board":
            #expect(profile.chip == "lock-sim")
            #expect(profile.powerSupply == "test_battery")
            #expect(profile.lines.driverFault == GPIOLine(name: "MOTOR_NFAULT", isActiveLow: true))
            #expect(LineRole.allCases.allSatisfy { (profile.lines[$0]?.bias ?? .asIs) == .asIs })
            #expect(!profile.deviceConfiguration.equipment.stallSensor)
        default:
            #expect(profile.chip == "pinctrl-bcm2835")
            #expect(profile.deviceConfiguration.battery == nil)
            #expect(profile.requiresCalibration)
        }
    }
}

@Suite("The schema of board profiles")
struct ProfileSchemaTests {
    @Test("key names are unique over all sections, and every rule names keys that are there")
    func names() {
        let names = ProfileSchema.keys.map(\.name)
        #expect(Set(names).count == names.count)
        for rule in ProfileRule.all { #expect(rule.keys.allSatisfy(names.contains), "\(rule.statement)") }
    }

    @Test("the defaults are in their ranges, satisfy every rule and read back as they are written")
    func defaults() throws {
        var draft = ProfileDraft()
        for key in ProfileSchema.keys {
            guard case .quantity(let field) = key.value else { continue }
            #expect(field.bounds.range.contains(field.get(draft)), "\(key.name)")
            try key.read(#require(key.defaultValue), into: &draft)
            #expect(field.get(draft) == field.get(ProfileDraft()), "\(key.name)")
        }
        let values = ProfileValues(draft: ProfileDraft(), given: [:])
        for rule in ProfileRule.all { #expect(rule.check(values) == nil, "\(rule.statement)") }
    }

    @Test("each quantity takes both ends of its range and refuses one base step beyond")
    func ends() throws {
        for key in ProfileSchema.keys {
            guard case .quantity(let field) = key.value else { continue }
            let (bounds, dimension) = (field.bounds, field.bounds.dimension)
            let step = dimension.units.first?.scale ?? 1
            for value in [bounds.range.lowerBound, bounds.range.upperBound] {
                var draft = ProfileDraft()
                try key.read(dimension.format(value), into: &draft)
                #expect(field.get(draft) == value, "\(key.name)")
            }
            for value in [bounds.range.lowerBound - step, bounds.range.upperBound + step] {
                var draft = ProfileDraft()
                #expect(throws: ValueComplaint.self, "\(key.name)=\(dimension.format(value))") {
                    try key.read(dimension.format(value), into: &draft)
                }
            }
        }
    }

    @Test("two keys never write to the same place")
    func places() throws {
        for key in ProfileSchema.keys {
            guard case .quantity(let field) = key.value else { continue }
            var draft = ProfileDraft()
            let changed =
                field.get(draft) == field.bounds.range.upperBound
                ? field.bounds.range.lowerBound : field.bounds.range.upperBound
            field.set(&draft, changed)
            for other in ProfileSchema.keys where other.name != key.name {
                guard case .quantity(let place) = other.value else { continue }
                #expect(place.get(draft) == place.get(ProfileDraft()), "\(key.name) changes \(other.name)")
            }
        }
    }
}
