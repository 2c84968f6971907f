import Testing

/// One after another: some change the environment of the process, which no other thread may read at that moment, and one
/// counts wake-ups.
@Suite(.serialized)
enum SystemdRuntimeTests {}

/// Every wait in these tests has this bound. It is long because the machine may be busy; nothing waits for it to pass.
let patience: Duration = .seconds(20)

/// A wait ran out of ``patience``.
struct Impatience: Error {}
