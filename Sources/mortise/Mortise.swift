import ArgumentParser
import CommandSupport
import mortised

/// The root of the command tree: the one source of the help, the manual pages and the completions.
@main
struct Mortise: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mortise",
        abstract: "Talk to the lock that this machine is.",
        discussion: """
            mortise asks mortised, the daemon that moves the bolt, over D-Bus. Status,
            lock, unlock and watch are for root and the group mortise; the rest is for
            root and the group mortise-admin. Local time is printed with a ~ in front when
            nobody vouched for the clock, and as time since boot when there was no clock.

            With --json every command prints one JSON object, watch and log one a line.
            Keys are never missing: what is not known is null. A command that could not
            do its work prints an object with the keys outcome (refused, failed, noAnswer,
            unreachable, notAuthorised or notUnderstood), fault (a fault code or null),
            message and advice, whatever the command; doctor always prints its checks.

            EXIT STATUS:
            \(exitStatuses)

            ENVIRONMENT:
              MORTISE_BUS  The D-Bus address to use instead of the system bus.
              NO_COLOR     No colour, even on a terminal.
              TZ           The time zone of printed times.
            """,
        version: Version.current,
        subcommands: [
            StatusCommand.self, LockDoorCommand.self, UnlockDoorCommand.self, WatchCommand.self, LogCommand.self,
            PairCommand.self, SetupCodeCommand.self, KeysCommand.self, InviteCommand.self, InvitationsCommand.self,
            ScheduleCommand.self, SessionsCommand.self, ModeCommand.self, AutoRelockCommand.self, DoorAjarCommand.self,
            AcknowledgeCommand.self, CalibrateCommand.self, DoctorCommand.self,
        ])

    /// One file for the tool and the daemon: most of either is what they share, Swift's runtime first of all, and a lock's
    /// flash is small. `mortised` is a link to `mortise`.
    static func main() {
        let called = CommandLine.arguments.first ?? ""
        if called.split(separator: "/").last == "mortised" { Mortised.main() } else { main(nil) }
    }

    private static let exitStatuses = ExitStatus.allCases
        .map { status in
            let number = String(status.rawValue)
            return "  \(number)" + String(repeating: " ", count: 4 - number.count) + status.meaning
        }
        .joined(separator: "\n")
}
