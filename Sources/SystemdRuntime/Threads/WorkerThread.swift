import CSystemd
import Glibc

/// One thread, with a name that `ps -L` shows and a stack of a known size.
///
/// The thread inherits the signal mask of its maker (``Signals/blockAll()``). It is not cancelled from outside: whoever made it
/// tells it to end by a message and then calls ``finish(within:)``. Scheduling class and memory locking are the body's business.
package final class WorkerThread {
    /// The kernel keeps 15 bytes of a thread's name.
    package static let nameLimit = 15

    private var thread: pthread_t?

    /// Starts the thread. `stackSize` is in bytes, rounded up to whole pages and to the system's least. A longer name than
    /// ``nameLimit`` is cut.
    package init(name: String, stackSize: Int, body: @escaping @Sendable () -> Void) throws(SystemdError) {
        var attributes = pthread_attr_t()
        let prepared = pthread_attr_init(&attributes)
        guard prepared == 0 else { throw SystemdError(operation: "prepare thread \(name)", errno: prepared) }
        defer { pthread_attr_destroy(&attributes) }
        let page = max(sysconf(Int32(_SC_PAGESIZE)), 4096)
        let least = max(stackSize, sysconf(Int32(_SC_THREAD_STACK_MIN)), page)
        let sized = pthread_attr_setstacksize(&attributes, (least + page - 1) / page * page)
        guard sized == 0 else {
            throw SystemdError(operation: "give thread \(name) a stack of \(stackSize) bytes", errno: sized)
        }

        let shortName = String(decoding: name.utf8.prefix(Self.nameLimit), as: UTF8.self)
        let start = Unmanaged.passRetained(Start(name: shortName, body: body))
        var thread = pthread_t()
        let created = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                // The thread names itself, so that its name is there before its first work. A name is only for people.
                _ = csd_thread_set_own_name(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        guard created == 0 else {
            start.release()
            throw SystemdError(operation: "start thread \(name)", errno: created)
        }
        self.thread = thread
    }

    deinit {
        guard let thread else { return }
        pthread_detach(thread)
    }

    /// Waits until the thread has ended, at most that long. True: it has, and its memory is free. False: it is still running;
    /// ask again, or leave it, and the process will end with it running.
    package func finish(within limit: Duration) -> Bool {
        guard let thread else { return true }
        let (seconds, nanoseconds) = limit.waitParts
        guard csd_thread_join(thread, seconds, nanoseconds) == 0 else { return false }
        self.thread = nil
        return true
    }

    /// What the new thread takes over.
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
