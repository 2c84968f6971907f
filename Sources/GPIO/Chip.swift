internal import CGPIO
internal import Glibc

/// A GPIO chip, found by its label: the kernel's numbers of chips change with the order in which drivers load. Closes itself;
/// requests outlive it.
package struct Chip: ~Copyable {
    package let label: String
    /// The kernel's name of it on this boot, such as "gpiochip0".
    package let name: String
    package let lineCount: Int

    private let chip: OpaquePointer

    /// More chips than any board has; the list is for people.
    private static let chipsListed = 64

    /// The one chip with this label. Throws `ENODEV` with what there is instead.
    package init(label: String) throws(GPIOError) {
        guard let chip = cgp_chip_open_label(label) else {
            let reason = errno
            throw GPIOError(.openChip, chip: label, errno: reason, detail: .chips(Self.all()))
        }
        var info = cgp_chip_info()
        guard cgp_chip_get_info(chip, &info) == 0 else {
            let reason = errno
            cgp_chip_close(chip)
            throw GPIOError(.openChip, chip: label, errno: reason)
        }
        let found = ChipInfo(info)
        self.chip = chip
        self.label = label
        name = found.name
        lineCount = found.lineCount
    }

    deinit { cgp_chip_close(chip) }

    /// Every chip of the machine, those that cannot be opened included.
    package static func all() -> [ChipInfo] {
        let none = cgp_chip_info()
        var found = [cgp_chip_info](repeating: none, count: chipsListed)
        let count = cgp_chip_list(&found, Int32(chipsListed))
        return found.prefix(max(0, Int(count))).map { ChipInfo($0) }
    }

    /// Every line, as it is now.
    package borrowing func lines() throws(GPIOError) -> [LineInfo] {
        var lines: [LineInfo] = []
        for offset in 0..<lineCount { lines.append(try line(at: offset)) }
        return lines
    }

    private borrowing func line(at offset: Int) throws(GPIOError) -> LineInfo {
        var info = cgp_line_info()
        guard cgp_chip_line_info(chip, UInt32(offset), &info) == 0 else {
            let reason = errno
            throw GPIOError(.inspect, chip: label, line: "at offset \(offset)", errno: reason)
        }
        return LineInfo(info)
    }

    /// The one line with this name, as it is now. Throws `ENOENT` with the names that there are, `ENOTUNIQ` where several lines
    /// have it: guessing could drive the wrong one.
    package borrowing func line(named name: String) throws(GPIOError) -> LineInfo {
        let offset = cgp_chip_find_line(chip, name)
        guard offset >= 0 else {
            let reason = errno
            var detail: GPIOError.Detail?
            if reason == ENOENT {
                detail = .lineNames((try? lines())?.map(\.name).filter { !$0.isEmpty } ?? [])
            }
            throw GPIOError(.findLine, chip: label, line: name, errno: reason, detail: detail)
        }
        return try line(at: Int(offset))
    }

    /// A line for ``Chip/request(_:consumer:eventBuffer:)``.
    package struct Wish: Hashable, Sendable {
        package var name: String
        package var settings: LineSettings

        package init(_ name: String, _ settings: LineSettings) {
            self.name = name
            self.settings = settings
        }
    }

    /// Takes the lines, all or none. Outputs have their first values when it returns.
    ///
    /// - Parameters:
    ///   - wishes: 1 to 64 lines, in the order in which the request numbers them.
    ///   - consumer: what `gpioinfo` shows; at most 31 bytes.
    ///   - eventBuffer: events that the kernel keeps until they are taken; 0 is its default, 16 a line, which libgpiod 1 always has.
    package borrowing func request(
        _ wishes: [Wish], consumer: String, eventBuffer: UInt32 = 0
    ) throws(GPIOError) -> LineRequest {
        let capabilities = Capabilities.current
        guard (1...Int(CGP_LINES_MAX)).contains(wishes.count) else {
            throw GPIOError(
                .request, chip: label, errno: EINVAL, detail: .settings("a request is of 1 to \(CGP_LINES_MAX) lines"))
        }
        var settings: [cgp_line_settings] = []
        for (index, wish) in wishes.enumerated() {
            var problem = wish.settings.problem(with: capabilities)
            if wishes[..<index].contains(where: { $0.name == wish.name }) { problem = "it is asked for twice" }
            if let problem {
                throw GPIOError(.request, chip: label, line: wish.name, errno: EINVAL, detail: .settings(problem))
            }
            settings.append(wish.settings.shimSettings(offset: UInt32(try line(named: wish.name).offset)))
        }
        guard let request = cgp_request_lines(chip, settings, UInt32(settings.count), consumer, eventBuffer) else {
            throw blame(errno, wishes, settings, consumer)
        }
        var alternating: UInt64 = 0
        for (index, wish) in wishes.enumerated() where wish.settings.edges == .both {
            alternating |= 1 << UInt64(index)
        }
        return LineRequest(
            request, chip: label, lines: wishes.map(\.name),
            sequence: EdgeSequence(isNumbered: capabilities.sequenceNumbers, alternating: alternating))
    }

    /// The kernel says that a request failed, not for which line: looks for it.
    private borrowing func blame(
        _ reason: Int32, _ wishes: [Wish], _ settings: [cgp_line_settings], _ consumer: String
    ) -> GPIOError {
        for (wish, setting) in zip(wishes, settings) {
            if reason == EBUSY {
                guard let now = try? line(at: Int(setting.offset)), now.isUsed else { continue }
                return GPIOError(.request, chip: label, line: wish.name, errno: reason, detail: .consumer(now.consumer))
            }
            // Alone, and only where that drives nothing: an input, or an output that is to be off.
            guard !wish.settings.startsActive else { continue }
            if let alone = withUnsafePointer(to: setting, { cgp_request_lines(chip, $0, 1, consumer, 0) }) {
                cgp_request_close(alone)
            } else if errno == reason {
                return GPIOError(.request, chip: label, line: wish.name, errno: reason)
            }
        }
        return GPIOError(.request, chip: label, errno: reason)
    }
}
