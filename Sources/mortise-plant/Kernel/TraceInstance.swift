import Glibc
import LockCore

/// A tracing instance of our own (Documentation/trace/ftrace.rst, "Instances"), in which the kernel notes what becomes of the
/// motor's lines. Ends with the object.
///
/// Events are filtered in the kernel: reading lines, and everything about other lines, costs the plant no wake-up.
final class TraceInstance {
    /// Readable when there is something. Never blocks.
    let descriptor: Int32
    private let folder: String

    private static let root = "/sys/kernel/tracing"
    /// Of each processor. A stroke's events are some 40 of 40 bytes.
    private static let bufferKilobytes = 256
    /// What is read at once; the kernel gives a page at most.
    private static let readSize = 4096
    /// Reads in one call of ``lines(_:)``: what is left makes the descriptor readable again.
    private static let readsAtOnce = 64

    private var rest: [UInt8] = []

    init(name: String, lines: [Int]) throws(PlantError) {
        let folder = "\(Self.root)/instances/\(name)"
        self.folder = folder
        // One that a killed plant has left behind is as good.
        if mkdir(folder, 0o700) != 0, errno != EEXIST {
            let reason = errno
            throw PlantError(
                "make the tracing instance \(folder)", errno: reason,
                advice: "It takes root, and a kernel with FTRACE and tracefs mounted at \(Self.root).")
        }
        do throws(PlantError) {
            try KernelFile.write("0", to: "\(folder)/tracing_on")
            try KernelFile.write("boot", to: "\(folder)/trace_clock")
            try KernelFile.write("\(Self.bufferKilobytes)", to: "\(folder)/buffer_size_kb")
            let which = lines.map { "gpio == \($0)" }.joined(separator: " || ")
            try KernelFile.write("get == 0 && (\(which))", to: "\(folder)/events/gpio/gpio_value/filter")
            try KernelFile.write(which, to: "\(folder)/events/gpio/gpio_direction/filter")
            try KernelFile.write("1", to: "\(folder)/events/gpio/enable")
            // Throws away what was there.
            try KernelFile.write("", to: "\(folder)/trace")
            descriptor = open("\(folder)/trace_pipe", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else { throw PlantError("open \(folder)/trace_pipe", errno: errno) }
        } catch {
            rmdir(folder)
            throw error
        }
        do throws(PlantError) {
            try KernelFile.write("1", to: "\(folder)/tracing_on")
        } catch {
            close(descriptor)
            rmdir(folder)
            throw error
        }
    }

    deinit {
        close(descriptor)
        rmdir(folder)
    }

    /// Hands over the lines that are there.
    func lines(_ body: (Substring) -> Void) throws(PlantError) {
        var buffer = [UInt8](repeating: 0, count: Self.readSize)
        for _ in 0..<Self.readsAtOnce {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            guard count > 0 else {
                if count == 0 { return }
                throw PlantError("read \(folder)/trace_pipe", errno: errno)
            }
            rest += buffer[..<count]
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                body(Substring(String(decoding: rest[start..<end], as: UTF8.self)))
                start = end + 1
            }
            rest.removeSubrange(..<start)
        }
    }
}
