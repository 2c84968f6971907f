import Testing

/// One after another: some change the environment of the process, which no other thread may read at that moment, and one
/// counts wake-ups.
@Suite(.serialized)
enum SystemdRuntimeTests {}
