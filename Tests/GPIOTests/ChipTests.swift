import GPIO
import Glibc
import Testing

/// Chips, lines and requests on the kernel's gpio-sim.
@Suite(.enabled(if: SimulatedChip.isAvailable, SimulatedChip.reason), .serialized)
struct ChipTests {
    @Test func `a chip is found by its label, its lines by their names`() throws {
        let simulated = try SimulatedChip(["MOTOR_IN1", "BOLT_OUT"])
        let chip = try Chip(label: simulated.label)
        let (count, name) = (chip.lineCount, chip.name)
        #expect(count == 2)
        #expect(name.hasPrefix("gpiochip"))
        let line = try chip.line(named: "BOLT_OUT")
        #expect(line.offset == 1)
        #expect(!line.isUsed)
        #expect(Chip.all().contains { $0.label == simulated.label && $0.lineCount == 2 })
    }

    @Test func `a line that is not there is answered with those that are`() throws {
        let simulated = try SimulatedChip(["MOTOR_IN1", "BOLT_OUT"])
        let error = #expect(throws: GPIOError.self) {
            let chip = try Chip(label: simulated.label)
            _ = try chip.line(named: "BOLT_IN")
        }
        #expect(error?.errno == ENOENT)
        #expect(error?.detail == .lineNames(["MOTOR_IN1", "BOLT_OUT"]))
    }

    @Test func `a name that two lines have is refused: the wrong one could be driven`() throws {
        let simulated = try SimulatedChip(["MOTOR", "MOTOR"])
        let error = #expect(throws: GPIOError.self) {
            let chip = try Chip(label: simulated.label)
            _ = try chip.request([Chip.Wish("MOTOR", .output())], consumer: "test")
        }
        #expect(error?.errno == ENOTUNIQ)
        #expect(error?.line == "MOTOR")
    }

    @Test func `a busy line is named with its consumer, and no other line is taken`() throws {
        let simulated = try SimulatedChip(["FREE", "TAKEN"], hogs: [1: "heartbeat"])
        let chip = try Chip(label: simulated.label)
        let error = #expect(throws: GPIOError.self) {
            let chip = try Chip(label: simulated.label)
            _ = try chip.request(
                [Chip.Wish("FREE", .output()), Chip.Wish("TAKEN", .output())], consumer: "test")
        }
        #expect(error?.errno == EBUSY)
        #expect(error?.line == "TAKEN")
        #expect(error?.detail == .consumer("heartbeat"))
        let free = try chip.line(named: "FREE")
        #expect(!free.isUsed)
    }

    @Test func `a line that this process has is busy too, until the request is gone`() throws {
        let simulated = try SimulatedChip(["LINE"])
        let chip = try Chip(label: simulated.label)
        do {
            let request = try chip.request([Chip.Wish("LINE", .input())], consumer: "mine")
            let levels = try request.get(1)
            #expect(levels == 0)
            let line = try chip.line(named: "LINE")
            #expect(line.isUsed)
            #expect(line.consumer == "mine")
            let error = #expect(throws: GPIOError.self) {
                let again = try Chip(label: simulated.label)
                _ = try again.request([Chip.Wish("LINE", .input())], consumer: "other")
            }
            #expect(error?.detail == .consumer("mine"))
        }
        let line = try chip.line(named: "LINE")
        #expect(!line.isUsed)
    }

    @Test func `an output with edges, a line twice, and no line at all are refused with words`() throws {
        let simulated = try SimulatedChip(["LINE"])
        func refusal(_ wishes: [Chip.Wish]) -> GPIOError? {
            #expect(throws: GPIOError.self) {
                let chip = try Chip(label: simulated.label)
                _ = try chip.request(wishes, consumer: "test")
            }
        }
        var watched = LineSettings.output()
        watched.edges = .both
        #expect(
            refusal([Chip.Wish("LINE", watched)])?.detail
                == .settings("an output cannot report edges: it changes only when it is set"))
        let line = Chip.Wish("LINE", .input())
        #expect(refusal([line, line])?.detail == .settings("it is asked for twice"))
        #expect(refusal([])?.detail == .settings("a request is of 1 to 64 lines"))
    }

    @Test func `an input cannot be set`() throws {
        let simulated = try SimulatedChip(["LINE"])
        let error = #expect(throws: GPIOError.self) {
            let chip = try Chip(label: simulated.label)
            let request = try chip.request([Chip.Wish("LINE", .input())], consumer: "test")
            try request.set(1, to: 1)
        }
        #expect(error?.operation == .set)
        #expect(error?.line == "LINE")
        #expect(error?.errno == EPERM)
    }

    @Test func `outputs have their first values when the request is there`() throws {
        let simulated = try SimulatedChip(["A", "B", "C"])
        try simulated.pull(1, up: true)
        let request = try Chip(label: simulated.label).request(
            [Chip.Wish("A", .output()), Chip.Wish("B", .output())], consumer: "test")
        #expect(try !simulated.isHigh(0))
        // Was high until then.
        #expect(try !simulated.isHigh(1))
        var levels = try request.get(0b11)
        #expect(levels == 0)
        let active = try Chip(label: simulated.label).request(
            [Chip.Wish("C", .output(startsActive: true))], consumer: "test")
        #expect(try simulated.isHigh(2))
        levels = try active.get(1)
        #expect(levels == 1)
    }

    @Test func `lines are set together, and only those that were named`() throws {
        let simulated = try SimulatedChip(["A", "B", "C"])
        let request = try Chip(label: simulated.label).request(
            ["C", "A", "B"].map { Chip.Wish($0, .output()) }, consumer: "test")
        try request.set(0b111, to: 0b011)
        // In the order of the request, not of the chip.
        #expect(try [simulated.isHigh(2), simulated.isHigh(0), simulated.isHigh(1)] == [true, true, false])
        try request.set(0b100, to: 0b111)
        var levels = try request.get(0b111)
        #expect(levels == 0b111)
        try request.set(0b001, to: 0)
        levels = try request.get(0b111)
        #expect(levels == 0b110)
        levels = try request.get(0b010)
        #expect(levels == 0b010)
        try request.set(0, to: 0b111)
        #expect(try !simulated.isHigh(2))
    }

    @Test func `active low turns levels and edges round`() throws {
        let simulated = try SimulatedChip(["LINE", "OUT"])
        try simulated.pull(0, up: true)
        let chip = try Chip(label: simulated.label)
        var request = try chip.request([Chip.Wish("LINE", .input(activeLow: true, edges: .both))], consumer: "test")
        var levels = try request.get(1)
        #expect(levels == 0)
        try simulated.pull(0, up: false)
        levels = try request.get(1)
        #expect(levels == 1)
        #expect(isReadable(try request.eventDescriptor()))
        let event = try request.nextEvent()
        #expect(event?.isActive == true)
        let output = try chip.request([Chip.Wish("OUT", .output(activeLow: true))], consumer: "test")
        #expect(try simulated.isHigh(1))
        try output.set(1, to: 1)
        #expect(try !simulated.isHigh(1))
    }

    @Test func `a request without edges has no event descriptor`() throws {
        let simulated = try SimulatedChip(["LINE"])
        let request = try Chip(label: simulated.label).request([Chip.Wish("LINE", .input())], consumer: "test")
        do throws(GPIOError) {
            _ = try request.eventDescriptor()
            Issue.record("it has one")
        } catch {
            #expect(error.errno == EBADF)
            #expect(error.detail == .settings("no line of the request reports edges"))
        }
    }
}
