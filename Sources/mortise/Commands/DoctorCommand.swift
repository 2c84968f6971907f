import ArgumentParser
import CommandSupport
import Configuration
import mortised

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examine the lock, or check a board profile.",
        discussion: """
            Checks that the bus and the daemon can be reached and are of one version, then
            prints the daemon's own checks: threads, scheduling, locked memory, store,
            journal, profile, sensors, battery, watchdog, phones, Bluetooth. Exit status 1
            when one of them is an error.

            With --profile FILE nothing is asked of the daemon: the board profile is
            checked, and either what it says is printed or all that is wrong with it, one
            problem a line, with exit status 78.

            JSON:
              checks    A list of objects with name, result (ok, warning or error) and
                        detail.
              errors    How many are errors.
              warnings  How many are warnings.

            JSON WITH --PROFILE:
              outcome              done or wrongProfile.
              board                The board's name.
              compatible           Which hardware it is.
              chip                 The label of its GPIO chip.
              extendInput          in1 or in2.
              lines                By role: line, activeLow and bias, or null.
              nanoseconds          The times, by name.
              retries              How often a stroke is tried again.
              restPerDrive         Rest for each unit of drive time.
              battery              supply, warnPercent, refuseLockPercent and
                                   brownOutMillivolts; null for the mains.
              recovery             stay or complete.
              requiresCalibration  true or false.

            JSON WHEN THE PROFILE IS WRONG:
              outcome   wrongProfile.
              message   What is wrong with it as a whole.
              problems  A list of objects with file, line, column, section, key,
                        message and allowed.
              omitted   How many problems more there are.
            """)

    @Option(
        help: ArgumentHelp("Check this board profile, without a daemon.", valueName: "file"), completion: .file())
    var profile: String?

    @OptionGroup var options: ClientOptions

    func run() throws {
        let console = Console()
        let status = profile.map { checkProfile($0, console) } ?? examine(console)
        if status != .done { throw status.exitCode }
    }

    // MARK: - The lock

    private func examine(_ console: Console) -> ExitStatus {
        var checks: [Check] = []
        var obstacle: LockClientError?
        do throws(LockClientError) {
            let client = try LockClient.onBus(
                options.address, timeout: options.timeout ?? ClientOptions.ordinaryTimeout)
            checks.append(Check(name: "bus", result: .ok, detail: "connected to \(client.bus)"))
            let owner = try client.owner()
            checks.append(Check(name: "daemon", result: .ok, detail: "mortised is there, as \(owner)"))
            checks.append(Self.versions(try client.status().version))
            checks += try client.diagnose()
        } catch {
            obstacle = error
            checks.append(Check(name: Self.name(error, after: checks.count), result: .error, detail: error.message))
        }
        show(checks, obstacle, console)
        if let obstacle { return obstacle.status }
        return checks.contains { $0.result == .error } ? .refused : .done
    }

    /// The check that an error has ended.
    private static func name(_ error: LockClientError, after count: Int) -> String {
        switch count {
        case 0: "bus"
        case 1: "daemon"
        case 2: "status"
        default: "diagnosis"
        }
    }

    private static func versions(_ daemon: String) -> Check {
        if daemon == Version.current {
            return Check(name: "version", result: .ok, detail: "mortise and mortised are both \(daemon)")
        }
        return Check(
            name: "version", result: .warning,
            detail: "mortise is \(Version.current), mortised is \(daemon): install both from one build")
    }

    private func show(_ checks: [Check], _ obstacle: LockClientError?, _ console: Console) {
        let errors = checks.count { $0.result == .error }
        let warnings = checks.count { $0.result == .warning }
        if options.json {
            console.print(
                .object([
                    "checks": .array(checks.map(\.json)), "errors": .integer(Int64(errors)),
                    "warnings": .integer(Int64(warnings)),
                ]))
            return
        }
        var table = Table()
        for check in checks {
            table.add([.init(check.result.rawValue, check.mark), .init(check.name), .init(check.detail)])
        }
        console.print(table.render(console.style))
        console.print("\n\(Self.count(errors, "error")), \(Self.count(warnings, "warning"))")
        if let obstacle { console.note(obstacle.advice(isOwnBus: options.address != nil)) }
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        switch number {
        case 0: "no \(noun)s"
        case 1: "1 \(noun)"
        default: "\(number) \(noun)s"
        }
    }

    // MARK: - A profile

    private func checkProfile(_ path: String, _ console: Console) -> ExitStatus {
        do throws(ProfileLoadError) {
            let summary = ProfileSummary(profile: try BoardProfile.load(path: path))
            if options.json { console.print(summary.json) } else { console.print(summary.render(console.style)) }
            return .done
        } catch {
            if options.json { console.print(error.json) } else { complain(error, console) }
            return .wrongProfile
        }
    }

    private func complain(_ error: ProfileLoadError, _ console: Console) {
        switch error {
        case .unreadable(let error): console.complain(printable(error.description))
        case .invalid(let errors):
            // One a line, for people and for editors that jump to FILE:LINE.
            for line in errors.description.split(separator: "\n") { console.note(printable(String(line))) }
            let count = errors.problems.count + errors.omitted
            console.complain("\(printable(path(errors))): \(Self.count(count, "problem"))")
        }
    }

    private func path(_ errors: ProfileErrors) -> String { errors.problems.first?.file ?? profile ?? "" }
}

extension Check {
    fileprivate var mark: Mark {
        switch result {
        case .ok: .good
        case .warning: .warning
        case .error: .bad
        }
    }

    fileprivate var json: JSONValue {
        .object(["name": .text(name), "result": .text(result.rawValue), "detail": .text(detail)])
    }
}
