internal import Glibc

/// The kernel, or libgpiod, refused something.
package struct GPIOError: Error, Hashable, Sendable {
    /// What was tried.
    package enum Operation: String, Hashable, Sendable, CaseIterable {
        case openChip = "open"
        case inspect = "look at"
        case findLine = "find"
        case request = "request"
        case set = "set"
        case get = "read"
        case readEvents = "read the events of"
    }

    /// What is known besides, for whoever has to mend it.
    package enum Detail: Hashable, Sendable {
        /// The chips that are there.
        case chips([ChipInfo])
        /// The names of the lines that are there.
        case lineNames([String])
        /// Who has the line now; empty: somebody who gives no name.
        case consumer(String)
        /// What is wrong with the settings.
        case settings(String)
    }

    package var operation: Operation
    /// The chip's label.
    package var chip: String
    /// nil: several lines, or the chip itself.
    package var line: String?
    package var errno: Int32
    package var detail: Detail?

    package init(
        _ operation: Operation, chip: String, line: String? = nil, errno: Int32, detail: Detail? = nil
    ) {
        self.operation = operation
        self.chip = chip
        self.line = line
        self.errno = errno
        self.detail = detail
    }

    /// Whether trying again may help without anybody mending anything: a driver that is not loaded yet, a chip to which udev has
    /// not given its rights yet, a line that somebody still has.
    package var mayPass: Bool {
        switch errno {
        case ENODEV, EACCES, EPERM, EBUSY, EINTR, EAGAIN, ENOMEM, EMFILE, ENFILE, EIO: true
        default: false
        }
    }

    /// `ENOTSUPP` of the kernel's own header linux/errno.h: drivers let it slip out, and the C library has no words for it.
    static let driverRefuses: Int32 = 524
}

extension GPIOError: CustomStringConvertible {
    package var description: String {
        "could not \(operation.rawValue) \(subject): \(reason). \(advice)"
    }

    private var subject: String {
        switch (operation, line) {
        case (.openChip, _): "the GPIO chip labelled \(chip)"
        case (_, let line?): "line \(line) of chip \(chip)"
        case (_, nil): "the lines of chip \(chip)"
        }
    }

    private var reason: String {
        if case .settings(let problem) = detail { return problem }
        switch (operation, errno) {
        case (.openChip, ENODEV): return "this machine has none"
        case (.openChip, ENOTUNIQ): return "several have this label"
        case (.findLine, ENOENT): return "it has none of this name"
        case (.findLine, ENOTUNIQ): return "it has several of this name"
        case (.request, EBUSY):
            guard case .consumer(let who) = detail else { return "in use" }
            return who.isEmpty ? "in use by something that gives no name" : "in use by \"\(who)\""
        case (_, Self.driverRefuses): return "the chip's driver cannot do that (errno 524)"
        default:
            // strerror is thread-safe since glibc 2.32.
            let words = strerror(errno).map { String(cString: $0) } ?? "no reason given"
            return "\(words) (errno \(errno))"
        }
    }

    private var advice: String {
        switch (operation, errno) {
        case (.openChip, EACCES), (.openChip, EPERM):
            return
                "Give this user the right to read and write /dev/gpiochip* (a udev rule, and DeviceAllow= in a unit)."
        case (.openChip, ENOTUNIQ): return "Give the chips different labels in the device tree."
        case (.openChip, _):
            return "\(thereAreChips) Correct the chip's label in the board profile, or load the chip's driver."
        case (.findLine, ENOTUNIQ): return "Give the lines different names in the device tree (gpio-line-names)."
        case (.findLine, ENOENT):
            return
                "\(thereAreLines) Correct the line's name in the board profile, or in the device tree (gpio-line-names)."
        case (.request, EBUSY):
            return
                "Stop what uses it, or take the line from it in the device tree; gpioinfo shows every line's consumer."
        case (.request, ENXIO), (.request, Self.driverRefuses), (.request, EINVAL), (.request, EOPNOTSUPP):
            return
                "Move it to a line that can do what the board profile asks of it (interrupts, pull resistors), or ask less."
        default: return "Check the board profile, the device tree and the wiring."
        }
    }

    private var thereAreChips: String {
        guard case .chips(let chips) = detail, !chips.isEmpty else { return "There is no chip at all." }
        let names = chips.map { $0.openErrno == 0 ? $0.label : "\($0.name), which could not be opened" }
        return "There are: \(Self.list(names))."
    }

    private var thereAreLines: String {
        guard case .lineNames(let names) = detail, !names.isEmpty else { return "None of its lines has a name." }
        return "There are: \(Self.list(names))."
    }

    /// A chip may have hundreds of lines, and an error is read by people.
    private static let namesShown = 64

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(namesShown).joined(separator: ", ")
        return names.count > namesShown ? "\(shown) and \(names.count - namesShown) more" : shown
    }
}
