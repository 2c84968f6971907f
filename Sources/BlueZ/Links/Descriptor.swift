import Glibc

/// An open file descriptor, closed with its last reference.
final class Descriptor {
    let number: Int32

    init(adopting number: Int32) { self.number = number }
    deinit { close(number) }
}
