internal import CGPIO
internal import Glibc

/// Several descriptors that are waited for as one (`epoll(7)`): a request's events and the timer of whoever debounces them where
/// the kernel does not. Closes itself, and none of the others.
package struct DescriptorGroup: ~Copyable {
    /// Readable while any of them is.
    package let rawValue: Int32

    /// `chip`: for the error.
    package init(_ descriptors: [Int32], chip: String) throws(GPIOError) {
        let group = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard group >= 0 else { throw GPIOError(.readEvents, chip: chip, errno: errno) }
        for descriptor in descriptors {
            var event = epoll_event()
            event.events = EPOLLIN.rawValue
            guard epoll_ctl(group, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
                let reason = errno
                close(group)
                throw GPIOError(.readEvents, chip: chip, errno: reason)
            }
        }
        rawValue = group
    }

    deinit { close(rawValue) }
}
