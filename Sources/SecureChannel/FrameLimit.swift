/// How long a frame may be, without its length. Each side holds at most one that is not whole, so these bound a link's memory too.
package enum FrameLimit {
    /// Before the channel is open, either way. The longest there is today is a session's opening (98 bytes); the rest is for the
    /// opening of a later version, which has to be read in order to be refused with a reason.
    package static let handshake = 160
    /// What a phone may say in one message once the channel is open: requests are short, and strangers never get here.
    package static let request = 1024
    /// What the lock may say in one message once the channel is open: a page of the log is the longest.
    package static let answer = 4096
    /// A ``request`` as it is sent, with its tag.
    package static let fromPhone = request + NoiseTransport.overhead
    /// An ``answer`` as it is sent, with its tag.
    package static let fromLock = answer + NoiseTransport.overhead
}
