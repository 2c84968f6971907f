import CSystemd

/// What can happen on a file descriptor, as `epoll(7)` names it.
package struct IOEvents: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// There is something to read.
    package static let readable = IOEvents(rawValue: EPOLLIN.rawValue)
    /// Writing would not block.
    package static let writable = IOEvents(rawValue: EPOLLOUT.rawValue)
    /// Exceptional data: a sysfs attribute changed, a GPIO edge of the old interface.
    package static let priority = IOEvents(rawValue: EPOLLPRI.rawValue)
    /// An error is pending. Always reported, asked for or not.
    package static let error = IOEvents(rawValue: EPOLLERR.rawValue)
    /// The other end is gone. Always reported, asked for or not; a handler that leaves the descriptor watched will be called
    /// again at once.
    package static let hangUp = IOEvents(rawValue: EPOLLHUP.rawValue)
}
