import Configuration
import LockCore
import Testing

@testable import mortise_plant

@Suite struct PinTests {
    /// As the virtual board's kernel (6.12) prints it.
    private static let debug = """
        gpiochip0: GPIOs 512-519, parent: amba/9030000.pl061, 9030000.pl061:
         gpio-515 (                    |GPIO Key Poweroff   ) in  lo IRQ

        gpiochip1: GPIOs 520-528, parent: platform/mortise-lock, lock-sim, can sleep:
         gpio-520 (<unused>) input,pull-down

        """

    @Test func `a chip's first number is found in debugfs`() {
        #expect(SimulatedPins.base(of: "gpiochip1", in: Self.debug) == 520)
        #expect(SimulatedPins.base(of: "gpiochip0", in: Self.debug) == 512)
        #expect(SimulatedPins.base(of: "gpiochip2", in: Self.debug) == nil)
        #expect(SimulatedPins.base(of: "gpiochip1", in: "gpiochip1: 9 GPIOs, parent: x") == nil)
        #expect(SimulatedPins.base(of: "gpiochip1", in: "") == nil)
    }

    /// The virtual board's wiring, or a change of it.
    private func wiring(_ old: String = "", _ new: String = "") throws -> MotorWiring {
        let project = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let path = "/\(project)/board/profiles/virtual-board.conf"
        var text = String(decoding: try readFile(path: path), as: UTF8.self)
        if !old.isEmpty {
            try #require(text.contains(old))
            text = text.replacing(old, with: new)
        }
        return MotorWiring(try BoardProfile.parse(text, file: path).get())
    }

    private func levels(_ in1: Bool, _ in2: Bool, _ sleep: Bool) -> DrivenLevels {
        var levels = DrivenLevels()
        levels[.in1] = in1
        levels[.in2] = in2
        levels[.sleep] = sleep
        return levels
    }

    @Test func `levels mean what the driver's truth table says`() throws {
        let wiring = try wiring()
        #expect(wiring.output(DrivenLevels()) == .safe)
        #expect(wiring.output(levels(true, false, true)) == BridgeOutput(bridge: .extend, isAwake: true))
        #expect(wiring.output(levels(false, true, true)) == BridgeOutput(bridge: .retract, isAwake: true))
        #expect(wiring.output(levels(true, true, true)) == BridgeOutput(bridge: .brake, isAwake: true))
        #expect(wiring.output(levels(true, true, false)) == BridgeOutput(bridge: .brake, isAwake: false))
    }

    @Test func `a motor that extends by its other input`() throws {
        let wiring = try wiring("extend=in1", "extend=in2")
        #expect(wiring.output(levels(true, false, true)).bridge == .retract)
        #expect(wiring.output(levels(false, true, true)).bridge == .extend)
    }
}
