package import SecureChannel
package import SystemdRuntime

/// Names one connection of a phone, whatever carries it. Never given twice in a process.
package struct PhoneLinkID: Hashable, Sendable {
    package var rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// What carries bytes between phones and the daemon: Bluetooth, and in the simulator a socket. Confined to the loop's thread.
///
/// Bytes arrive in the order in which they were sent, in whatever pieces, or the link closes.
package protocol PhoneTransport: AnyObject {
    /// Begins to take phones in. What does not work is tried again, and told by ``finding``.
    func start(telling delegate: any PhoneTransportDelegate)
    /// Sends all of it, as the link takes it, or closes the link: false, there was no room for it.
    func send(_ bytes: [UInt8], on link: PhoneLinkID) -> Bool
    /// Ends the link once what was sent has left, within a bounded time. ``PhoneTransportDelegate/linkClosed(_:)`` does not follow.
    func close(_ link: PhoneLinkID)
    /// The link belongs to somebody who holds a key.
    func authenticated(_ link: PhoneLinkID)
    /// Uses this connection to the message bus from now on; nil: there is none. For what is reached over the bus.
    func use(_ bus: Bus?)
    /// What strangers are shown of the lock.
    func advertise(_ advertisement: PhoneAdvertisement)
    /// Ends all links, and whatever was begun.
    func stop()
    /// How it is, for `mortise doctor`: "ok: …", "warning: …" or "error: …".
    var finding: String { get }
}

extension PhoneTransport {
    package func use(_ bus: Bus?) {}
}

/// Who hears of links. Called on the loop's thread, never from within a call to the transport.
package protocol PhoneTransportDelegate: AnyObject {
    func linkOpened(_ link: PhoneLinkID)
    func linkReceived(_ link: PhoneLinkID, _ bytes: [UInt8])
    func linkClosed(_ link: PhoneLinkID)
}

/// What a lock shows to everybody who listens: never its state, never anything by which a stranger could know it again.
package struct PhoneAdvertisement: Hashable, Sendable {
    /// Of the protocol.
    package var version: UInt8
    package var isPairingOpen: Bool
    /// Of which another is drawn at least every quarter of an hour; paired phones can tell which lock it is.
    package var tag: RotatingTag

    package init(version: UInt8, isPairingOpen: Bool, tag: RotatingTag) {
        self.version = version
        self.isPairingOpen = isPairingOpen
        self.tag = tag
    }
}
