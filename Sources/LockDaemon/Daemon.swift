internal import SystemdRuntime

/// The daemon: the one place that knows both the core and everything outside.
///
/// Three threads (the calling one becomes the loop), each woken by events only: an idle lock costs no wake-ups but the service
/// manager's watchdog, if one is set.
package enum Daemon {
    /// Runs on the calling thread, whichever that is, until ``DaemonHandle/stop()``, a signal
    /// (``DaemonConfiguration/endsOnSignals``) or a failure that a new start may mend.
    ///
    /// The lock works without a store and without a bus. It does not without its lines: then this returns
    /// ``DaemonEnd/failed(_:)``, and the outputs are as safe as the board lets them be.
    package static func run(
        _ configuration: DaemonConfiguration, board: some Board, handle: DaemonHandle
    ) -> DaemonEnd {
        do throws(SystemdError) {
            return try Loop(configuration, board: board, handle: handle).run()
        } catch {
            configuration.journal.write(.cannotRun, "The daemon cannot run: \(error)")
            return .failed(error.description)
        }
    }
}
