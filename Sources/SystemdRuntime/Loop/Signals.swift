import Glibc

/// Process signals. A loop receives them as events, so they must not interrupt anything else.
package enum Signals {
    /// Blocks, in the calling thread and in every thread it will start, all signals except those that the processor or the
    /// process itself raises (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT), whose only sensible effect is a
    /// crash at the fault.
    ///
    /// To be called first in `main`, before any thread starts: a thread that does not block SIGTERM would die of it before the
    /// loop hears. A child process inherits the mask; reset it when spawning (`POSIX_SPAWN_SETSIGMASK`).
    package static func blockAll() throws(SystemdError) {
        var set = sigset_t()
        sigfillset(&set)
        for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT] { sigdelset(&set, fault) }
        let result = pthread_sigmask(SIG_BLOCK, &set, nil)
        guard result == 0 else { throw SystemdError(operation: "block signals", errno: result) }
    }
}
