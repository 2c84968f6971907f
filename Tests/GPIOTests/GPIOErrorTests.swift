import GPIO
import Glibc
import Testing

/// What people read when a board and its profile disagree.
struct GPIOErrorTests {
    @Test func `a chip that is not there is answered with the chips that are`() {
        let error = GPIOError(
            .openChip, chip: "lock-sim", errno: ENODEV,
            detail: .chips([
                ChipInfo(name: "gpiochip0", label: "9030000.pl061", lineCount: 8),
                ChipInfo(name: "gpiochip1", label: "", lineCount: 0, openErrno: EACCES),
            ]))
        #expect(
            error.description == """
                could not open the GPIO chip labelled lock-sim: this machine has none. There are: 9030000.pl061, gpiochip1, \
                which could not be opened. Correct the chip's label in the board profile, or load the chip's driver.
                """)
        // Drivers load late.
        #expect(error.mayPass)
    }

    @Test func `a line that is not there is answered with the names that are`() {
        let error = GPIOError(
            .findLine, chip: "lock-sim", line: "BOLT_OUT", errno: ENOENT, detail: .lineNames(["BOLT_IN", "DOOR_OPEN"]))
        #expect(
            error.description == """
                could not find line BOLT_OUT of chip lock-sim: it has none of this name. There are: BOLT_IN, DOOR_OPEN. \
                Correct the line's name in the board profile, or in the device tree (gpio-line-names).
                """)
        #expect(!error.mayPass)
    }

    @Test func `a chip with hundreds of lines does not fill the journal`() {
        let names = (1...500).map { "LINE\($0)" }
        let error = GPIOError(.findLine, chip: "big", line: "X", errno: ENOENT, detail: .lineNames(names))
        #expect(error.description.contains("LINE64 and 436 more."))
    }

    @Test func `a line in use is named with who has it`() {
        let error = GPIOError(
            .request, chip: "lock-sim", line: "MOTOR_IN1", errno: EBUSY, detail: .consumer("heartbeat"))
        #expect(
            error.description.hasPrefix(
                "could not request line MOTOR_IN1 of chip lock-sim: in use by \"heartbeat\". Stop what uses it"))
        #expect(error.mayPass)
        let nameless = GPIOError(.request, chip: "c", line: "L", errno: EBUSY, detail: .consumer(""))
        #expect(nameless.description.contains("in use by something that gives no name"))
    }

    @Test(arguments: [ENXIO, EINVAL, 524])
    func `a line that cannot do what is asked is to be moved`(code: Int32) {
        let error = GPIOError(.request, chip: "expander", line: "BOLT_OUT", errno: code)
        #expect(error.description.contains("Move it to a line that can do what the board profile asks of it"))
        #expect(!error.description.contains("Unknown error"))
    }

    @Test func `every operation reads as a sentence, whatever the kernel answers`() {
        for operation in GPIOError.Operation.allCases {
            for code in [EIO, EPERM, EBUSY, ENOENT, ENODEV, 0, 4096] as [Int32] {
                let text = GPIOError(operation, chip: "chip", errno: code).description
                #expect(text.hasPrefix("could not \(operation.rawValue) the "))
                #expect(text.hasSuffix("."), "\(text)")
            }
        }
    }

    @Test func `a chip that this machine has not got is refused with what it has`() {
        let error = #expect(throws: GPIOError.self) { _ = try Chip(label: "no chip has this label") }
        #expect(error?.operation == .openChip)
        #expect(error?.chip == "no chip has this label")
        // Where a test has no right to look at chips, it may only be told so.
        #expect([ENODEV, EACCES, EPERM].contains(error?.errno ?? 0))
        // Which chips those are, other tests change meanwhile.
        guard case .chips = error?.detail else {
            Issue.record("no chips are listed: \(String(describing: error?.detail))")
            return
        }
    }
}
