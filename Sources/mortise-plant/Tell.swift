import ArgumentParser
import Glibc

struct Tell: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell a plant that runs what to do, and print its answers.",
        discussion: """
            Each argument is a line; without arguments, each line of standard input is. Ends with 0 if every answer was ok, 1 \
            if one was not, 69 if there is no plant. PROTOCOL.md, beside the source, says what there is to be told.
            """)

    @Option(help: ArgumentHelp("Where the plant listens.", valueName: "path"))
    var socket = Listener.usualPath

    @Argument(help: "The lines.")
    var lines: [String] = []

    private static let unavailable = ExitCode(69)

    func run() throws {
        let connection = try UnixSocket.make()
        defer { close(connection) }
        guard try UnixSocket.withAddress(socket, { connect(connection, $0, $1) }) == 0 else {
            let reason = errno
            complain("could not connect to \(socket): \(String(cString: strerror(reason))). Does mortise-plant run?")
            throw Self.unavailable
        }
        // Longer than any wait: a plant that does not answer has died.
        var limit = timeval(tv_sec: 2 * Int(PlantCommand.longestWait.components.seconds), tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var isWell = true
        if lines.isEmpty {
            while let line = readLine() { isWell = try tell(line, on: connection) && isWell }
        } else {
            for line in lines { isWell = try tell(line, on: connection) && isWell }
        }
        guard isWell else { throw ExitCode.failure }
    }

    private func tell(_ line: String, on connection: Int32) throws -> Bool {
        var bytes = Array(line.utf8)
        guard !bytes.contains(UInt8(ascii: "\n")) else { throw ValidationError("A line has a line feed in it.") }
        bytes.append(UInt8(ascii: "\n"))
        // A plant that turns somebody away says why before it closes.
        let isSent = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
        guard isSent || errno == EPIPE else { throw PlantError("send to \(socket)", errno: errno) }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while answer.last != UInt8(ascii: "\n") {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { throw PlantError("hear from \(socket)", errno: count == 0 ? ECONNRESET : errno) }
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        guard write(STDOUT_FILENO, answer, answer.count) == answer.count else {
            throw PlantError("write to standard output", errno: errno)
        }
        return text.contains("\"ok\":true")
    }
}

/// Says something to the person at the terminal.
func complain(_ text: String) {
    let bytes = Array("mortise-plant: \(text)\n".utf8)
    write(STDERR_FILENO, bytes, bytes.count)
}
