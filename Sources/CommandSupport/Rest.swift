internal import Glibc

/// Lets this thread sleep, for as long as nothing can be waited for instead; a signal may end it early.
package func rest(for time: Duration) {
    let (seconds, attoseconds) = time.components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    nanosleep(&time, nil)
}
