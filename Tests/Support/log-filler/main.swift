import Glibc
import LockCore
import Storage

// Appends entries to the audit log of a store that nobody has open, for tests of a log as long as a lock's after years.
// usage: log-filler LOCK.DB COUNT
guard CommandLine.arguments.count == 3, let count = Int(CommandLine.arguments[2]) else {
    print("usage: log-filler LOCK.DB COUNT")
    exit(64)
}
switch LockStore.open(at: CommandLine.arguments[1], bootID: "00112233-4455-6677-8899-aabbccddeeff") {
case .unavailable(let error):
    print("the store cannot be opened: \(error)")
    exit(1)
case .ready(let store, _):
    for number in 0..<count {
        try store.finish(
            nil,
            AuditEvent(
                action: number.isMultiple(of: 2) ? .lock : .unlock, origin: .key(UInt32(number % 8 + 1)),
                outcome: .done(number.isMultiple(of: 2) ? .locked : .unlocked),
                at: Instant(nanoseconds: Int64(number) * 1_000_000_000),
                unixSeconds: 1_767_225_600 + Int64(number) * 600, isTimeTrusted: true))
    }
}
