import LockCore
import LockSimulation
import Testing

@testable import mortise_sim

@Suite struct LiveFrameTests {
    private static func model() -> LiveModel {
        LiveModel(
            mechanism: PhysicalModel(seed: 1, at: .zero), address: "unix:path=/tmp/mortise-sim-OnGY1M/bus",
            board: "Test", now: .zero)
    }

    private static func text(_ model: LiveModel, _ columns: Int, _ rows: Int) -> [String] {
        LiveFrame.draw(model, in: Terminal.Size(columns: columns, rows: rows)).map { line in
            var text = ""
            var isEscape = false
            for character in line.text {
                if character == "\u{1B}" { isEscape = true }
                if !isEscape { text.append(character) }
                if character == "m" { isEscape = false }
            }
            return text
        }
    }

    @Test func `every fault of the menu is seen in the least window, and which of them are on`() {
        var model = Self.model()
        model.isChoosingFault = true
        model.conditions = [.fault(.lostEdges(.retracted, count: 200)), .clock(.untrusted), .store(.fail)]
        let lines = Self.text(model, LiveFrame.leastColumns, LiveFrame.leastRows)
        #expect(lines.count == LiveFrame.leastRows)
        for line in lines { #expect(line.count <= LiveFrame.leastColumns, "\(line)") }
        for entry in FaultMenu.entries {
            let isOn = model.conditions.contains(entry.action)
            let wanted = "\(entry.key) \(isOn ? "●" : "○") \(entry.label)"
            #expect(lines.contains { $0.contains(wanted) }, "\(wanted)")
        }
    }

    @Test func `what a second terminal says is shown whole, on two lines where one is too narrow`() {
        var model = Self.model()
        let whole = "   MORTISE_BUS=unix:path=/tmp/mortise-sim-OnGY1M/bus mortise status"
        #expect(Self.text(model, 80, 24).contains(whole))
        model.command = "scripts/toolchain mortise"
        let lines = Self.text(model, 80, 23)
        #expect(lines.contains("   export MORTISE_BUS=unix:path=/tmp/mortise-sim-OnGY1M/bus"))
        #expect(lines.last == "   scripts/toolchain mortise status")
    }

    @Test func `a key that is pressed too often is seen to be passed over`() {
        var model = Self.model()
        model.pass(over: .unlock, from: .local(user: 0), at: .zero)
        let lines = Self.text(model, 80, 24)
        #expect(lines.contains { $0.hasSuffix("unlock, by local:0: passed over, asked too often") })
    }

    @Test func `how a phone pairs is shown whole, on a row of its own where the window is too narrow`() {
        var model = Self.model()
        model.phoneCommand = "scripts/toolchain mortise-sim phone"
        let row = "   pairing   b opens it: scripts/toolchain mortise-sim phone pair --setup-code"
        #expect(Self.text(model, 80, LiveFrame.leastRows).contains(row))
        model.phoneCommand = "/home/me/projects/mortise/scripts/toolchain mortise-sim phone"
        let lines = Self.text(model, 90, 30)
        #expect(lines.contains("   /home/me/projects/mortise/scripts/toolchain mortise-sim phone pair --setup-code"))
    }

    @Test func `who is connected is shown, and a name does not steer the terminal`() {
        var model = Self.model()
        let ada = PhoneView.Session(key: 1, name: "Ada")
        let eve = PhoneView.Session(key: 2, name: "\u{1B}[2JEve")
        model.take(PhoneView(isPairingOpen: true, hasOwner: false), at: .zero)
        model.take(PhoneView(isPairingOpen: false, hasOwner: true, sessions: [ada, eve]), at: .zero)
        let lines = LiveFrame.draw(model, in: Terminal.Size(columns: 80, rows: 30)).map(\.text)
        #expect(lines.contains { $0.contains("Ada (key 1), \\u{1b}[2JEve (key 2)") })
        #expect(lines.contains { $0.contains("by invitation: ") })
        #expect(lines.contains { $0.contains("pairing is open, for a minute") })
        #expect(!lines.contains { $0.contains("\u{1B}[2J") })
    }

    @Test func `why no phone can come is said`() {
        var model = Self.model()
        model.phones.obstacle = "another simulator serves /x/phone.socket"
        #expect(Self.text(model, 80, 24).contains { $0.contains("none can come: another simulator serves") })
    }

    @Test func `what is wrong around the mechanism is shown beside its faults`() {
        var model = Self.model()
        model.conditions = [.fault(.slippingGear), .store(.fail), .clockJump(seconds: -86400)]
        let lines = Self.text(model, 80, 24)
        #expect(lines.contains { $0.contains("slipping-gear, disk fails, clock -86400 s") })
    }
}
