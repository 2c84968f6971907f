import ArgumentParser
import CommandSupport
import Glibc
import LockCore
import LockProtocol
import SecureChannel
import TestPrograms
import Testing

@testable import mortise_sim

/// `mortise-sim phone` against `mortise-sim --serve`: two programs and a socket between them.
@Suite(.serialized) struct PhoneTests {
    private static func invitation(_ end: Child.End) -> String {
        end.output.split(separator: "\n").last { $0.hasPrefix("MORTISE:") }.map(String.init) ?? ""
    }

    @Test func `a phone pairs when the button is pressed, unlocks, locks and says where the bolt is`() throws {
        let lock = try ServedLock.start()
        // The bolt is drawn at first.
        var pairing = try lock.start(["pair", "--setup-code", "--name", "Ada"])
        try lock.say("button press 100ms")
        let paired = try pairing.finish(within: 60)
        #expect(paired.status == 0 && paired.output == "paired: Ada, key 1, owner\n", "\(paired)")
        #expect(try lock.phone("lock").output == "locked\n")
        try lock.wait(for: "\"state\":\"locked\"")
        #expect(
            try lock.phone("unlock", "--json").output
                == "{\"outcome\":\"done\",\"state\":\"unlocked\",\"warning\":null}\n")
        let status = try lock.phone("status")
        for words in ["State        unlocked", "Bolt         retracted", "Key          1, owner: Ada"] {
            #expect(status.output.contains(words), "\(status)")
        }
        #expect(try lock.phone("status", "--json").output.contains("\"clockTrusted\":true"))
    }

    @Test func `what a phone keeps can be read by its user alone`() throws {
        let lock = try ServedLock.start()
        try lock.own()
        var status = stat()
        #expect(stat(lock.stateDirectory + "/phones/phone/key", &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o600)
        #expect(stat(lock.stateDirectory + "/phones/phone", &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o700)
    }

    @Test func `a guest is invited, comes in, is limited, and is taken away while connected`() throws {
        let lock = try ServedLock.start()
        try lock.own()
        let made = try lock.phone("invite", "--name", "Bob", "--uses", "1", "--no-qr")
        #expect(made.status == 0, "\(made)")
        let bob = try lock.phone("pair", Self.invitation(made), "--phone", "Bob")
        #expect(bob.output == "paired: Bob, key 2, guest\n", "\(bob)")
        let repeated = try lock.phone("pair", Self.invitation(made), "--phone", "Eve")
        #expect(repeated.status == 1, "\(repeated)")
        // What need not be moved costs no use.
        #expect(try lock.phone("lock").status == 0)
        #expect(try lock.phone("unlock", "--phone", "Bob").status == 0)
        let again = try lock.phone("unlock", "--phone", "Bob")
        #expect(again.status == 1 && again.error.contains("(usedUp)"), "\(again)")
        let notAllowed = try lock.phone("keys", "--phone", "Bob", "--json")
        #expect(notAllowed.status == 1 && notAllowed.output.contains("\"fault\":\"notAllowed\""), "\(notAllowed)")
        // Used up, it stays so by another name.
        let renamed = try lock.phone("keys", "change", "2", "--name", "Bobby")
        #expect(renamed.output.contains("Bobby") && renamed.output.contains("none left"), "\(renamed)")
        let changed = try lock.phone(
            "keys", "change", "2", "--name", "Robert", "--uses", "any", "--schedule", "daily 00:00-24:00")
        #expect(changed.output.contains("Robert") && changed.output.contains("daily 00:00-24:00"), "\(changed)")
        var watching = try lock.start(["watch", "--phone", "Bob"])
        #expect(try watching.readLine()?.contains("unlocked") == true)
        #expect(try lock.phone("keys", "revoke", "2").output == "revoked: key 2\n")
        let end = try watching.finish(within: 60)
        #expect(end.status == 1 && end.error.contains("goodbye: this phone's key is no more"), "\(end)")
        let gone = try lock.phone("unlock", "--phone", "Bob")
        #expect(gone.status == 1 && gone.error.contains("does not accept this phone's key"), "\(gone)")
        let log = try lock.phone("log")
        #expect(log.output.contains("key removed: key 2"), "\(log)")
        #expect(try lock.phone("forget", "--phone", "Bob").status == 0)
        #expect(try lock.phone("status", "--phone", "Bob").error.contains("has not paired"))
    }

    @Test func `a phone that lies beside another is given a key without a code`() throws {
        let lock = try ServedLock.start()
        try lock.own()
        let added = try lock.phone("keys", "add", "Bob", "--name", "Bob", "--role", "admin")
        #expect(added.status == 0 && added.output.contains("Bob"), "\(added)")
        #expect(try lock.phone("settings", "--phone", "Bob", "--mode", "passage").output.contains("passage"))
        #expect(try lock.phone("settings", "--auto-relock", "30s", "--json").output.contains("\"autoRelock\":30000"))
        // An owner hears of what an administrator has done; here of what they have done themselves.
        #expect(try lock.phone("keys", "revoke", "2", "--phone", "Bob").output == "revoked: key 2\n")
        let news = try lock.phone("status")
        #expect(news.error.contains("a key was removed: “Bob” (key 2)"), "\(news)")
        #expect(!(try lock.phone("status").error.contains("News")))
        // Bob's phone knows that it has given its key up, and can be given another.
        #expect(try lock.phone("status", "--phone", "Bob").error.contains("has not paired"))
        #expect(try lock.phone("keys", "add", "Bob", "--name", "Bob").status == 0)
    }

    private func read(_ path: String) throws -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        try #require(fclose(file) == 0)
    }

    @Test func `a phone witnesses the log: it begins, the log continues it, and another log is told from it`() throws {
        let lock = try ServedLock.start()
        try lock.own()
        let begun = try lock.phone("witness")
        #expect(begun.status == 0 && begun.output.contains("for the first time"), "\(begun)")
        let checkpoint = begun.output.split(separator: "\n").last.map { String($0.dropFirst("checkpoint ".count)) }
        let first = try #require(checkpoint.flatMap { CheckpointText($0) }, "\(begun)")
        let path = lock.stateDirectory + "/phones/phone/checkpoint"
        #expect(try read(path) == first.text + "\n")
        #expect(try lock.phone("lock").status == 0)
        let continued = try lock.phone("witness", "--json")
        #expect(continued.status == 0 && continued.output.contains("\"finding\":\"continues\""), "\(continued)")
        let kept = try #require(try read(path))
        #expect(kept != first.text + "\n")

        // As if the lock had another log than the phone remembers.
        var other = first
        other.hash[5] ^= 1
        try write(other.text + "\n", to: path)
        let contradiction = try lock.phone("witness")
        #expect(contradiction.status == 2 && contradiction.error.contains("the log is another"), "\(contradiction)")
        #expect(contradiction.error.contains("mortise log verify --witness \(other.text)"), "\(contradiction)")
        #expect(try read(path) == other.text + "\n", "it keeps what it has seen")
        other.number = 1_000
        try write(other.text + "\n", to: path)
        let shorter = try lock.phone("witness", "--json")
        #expect(shorter.status == 2 && shorter.output.contains("this phone has seen entry 1000"), "\(shorter)")
        try write(String(first.text.dropLast()), to: path)
        #expect(try lock.phone("witness").error.contains("is not what a phone keeps"))
        let anew = try lock.phone("witness", "--begin-anew")
        #expect(anew.status == 0 && anew.output.contains("for the first time"), "\(anew)")

        // Another lock's log is another thing.
        #expect(try lock.phone("keys", "revoke", "1").status == 1)
        #expect(try lock.phone("forget").status == 0)
        #expect(try read(path) == nil)
    }

    @Test func `a reset is confirmed by the button, and the lock then takes another owner by the same code`() throws {
        let lock = try ServedLock.start()
        try lock.own()
        var reset = try lock.start(["reset"])
        // The press may come before the request has; the next one confirms.
        var end: Child.End?
        let deadline = Deadline(seconds: 25)
        var isAsked = false
        while !isAsked, deadline.milliseconds > 0 {
            isAsked = try lock.phone("log").output.contains("factory reset requested")
        }
        try lock.say("button press 100ms")
        end = try reset.finish(within: 60)
        #expect(end?.status == 0, "\(String(describing: end))")
        try lock.own()
        #expect(try lock.phone("keys", "--json").output.contains("\"key\":1"))
    }

    @Test func `what is missing is said: a lock, a key, the button, a right code`() throws {
        let lock = try ServedLock.start()
        let notPaired = try lock.phone("unlock")
        #expect(notPaired.status == 1 && notPaired.error.contains("pair --setup-code"), "\(notPaired)")
        let closed = try lock.phone("pair", "--setup-code", "--wait", "0")
        #expect(closed.status == 1 && closed.error.contains("(pairingClosed)"), "\(closed)")
        let json = try lock.phone("pair", "--setup-code", "--wait", "0", "--json")
        #expect(json.output.contains("\"fault\":\"pairingClosed\"") && json.error.isEmpty, "\(json)")
        let mistyped = try lock.phone("pair", "MORTISE:AEAQ")
        #expect(mistyped.status == 64 && mistyped.error.contains("its end is missing"), "\(mistyped)")
        let nothing = try lock.phone("pair")
        #expect(nothing.status == 64)
        let name = try lock.phone("status", "--phone", "../x")
        #expect(name.status == 64, "\(name)")
        var elsewhere = try Child(
            ServedLock.program, ["phone", "pair", "--setup-code", "--state-directory", "/nonexistent/state"],
            environment: ["PATH": "/usr/bin:/bin"])
        let end = try elsewhere.finish()
        #expect(end.status == 69 && end.error.contains("no label"), "\(end)")
    }

    @Test func `a phone's name is a folder's, and nothing that leaves it`() throws {
        for name in ["", "a/b", "..", ".", "a b", "ä", String(repeating: "a", count: 65)] {
            #expect(throws: (any Error).self) { try PhoneStatus.parse(["--phone", name]) }
        }
        _ = try PhoneStatus.parse(["--phone", "My-phone_2"])
    }

    @Test func `faults, states and actions are called as everywhere`() {
        let faults = Set(WireFault.allCases.map { word($0) })
        for code in FaultCode.allCases { #expect(faults.contains(code.rawValue), "\(code.rawValue)") }
        let actions = Set(WireAction.allCases.map { word($0) })
        for action in AuditAction.allCases { #expect(actions.contains(action.rawValue), "\(action.rawValue)") }
        let alarms = Set(WireAlarm.allCases.map { word($0) })
        for alarm in ["doorAjar", "forcedOpen", "tampered", "lowBattery", "batteryUnreadable", "reset"] {
            #expect(alarms.contains(alarm))
        }
        #expect(word(WireMode.lockOut) == OperatingMode.lockOut.rawValue)
    }
}
