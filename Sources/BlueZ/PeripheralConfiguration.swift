/// What a ``BluetoothPeripheral`` is to others, and how much it lets them do.
package struct PeripheralConfiguration: Hashable, Sendable {
    /// The name that a connected central can read (GAP device name): the product's, the same for each lock.
    package var name = "Mortise"
    /// What the info characteristic tells besides the PSM; a central reads it before it speaks.
    package var protocolVersion: UInt8 = 1
    /// Centrals that stay connected at the same time; one place of them is kept free of those who have not authenticated.
    /// Controllers for such boards carry seven to ten connections, one of which is for somebody who is about to leave; a household has
    /// a handful of phones, each connected for seconds. At most ``ServiceIdentity/answers``.
    package var slots = 6
    /// How long a central may stay without ``BluetoothPeripheral/authenticated(_:)``.
    package var authenticationLimit: Duration = .seconds(10)
    /// How long a central that has said nothing is sure of its slot when no other is free: discovering the service, which
    /// bluetoothd does not tell of, takes a phone a second or two. Then it makes room for the next.
    package var silentGrace: Duration = .seconds(2)
    /// The same from connecting on, for one that has said something: a handshake with a slow phone.
    package var slotGrace: Duration = .seconds(3)
    /// While somebody is near, for ``fastFor`` after a start, a disconnection or a press: a phone that scans finds the lock in a
    /// quarter of a second.
    package var fastInterval = AdvertisingInterval(minimum: .milliseconds(100), maximum: .milliseconds(150))
    /// Otherwise: a second or two to be found, and a fraction of the battery.
    package var slowInterval = AdvertisingInterval(minimum: .milliseconds(1000), maximum: .milliseconds(1250))
    package var fastFor: Duration = .seconds(30)
    /// How often the advertisement is made anew when nothing else makes it so. The kernel keeps a private address for 900 s
    /// (`rpa_timeout`) and takes another one when an advertisement begins after that, not by itself (decision 20); so as many
    /// seconds more as registering the advertisement may have taken.
    package var rotationPeriod: Duration = .seconds(905)
    /// From when on the kernel may take another address as soon as the advertisement is handed to it.
    package var addressPeriod: Duration = .seconds(900)

    package init() {}

    /// How many bytes may wait on one link: as many answers of the greatest length as a phone may have asked for, and as much again
    /// of what it is told unasked. What is longer goes in pieces, when ``BluetoothPeripheralDelegate/linkWritable(_:)`` says so.
    package static let sendLimit = 65536
    /// The longest packet of a central's: an attribute value's 512 bytes (Core specification, volume 3, part F, 3.2.9), and as
    /// much as a channel announces to take.
    package static let packetLimit = 1024
    /// How many links one central may have: a GATT session and a channel, and a second channel while the first one ends.
    package static let linksPerCentral = 3
    /// How long a closed link's last bytes have to leave, unless somebody else needs the connection.
    package static let lingerTime: Duration = .seconds(2)
    /// How many closed links may be waited for. The oldest has to go for another.
    package static let lingerLimit = 8
}

/// Between which times an advertisement is sent again. The controller adds up to 10 ms each time.
package struct AdvertisingInterval: Hashable, Sendable {
    /// 20 ms to 10.24 s (Core specification, volume 6, part B, 4.4.2.2).
    package var minimum: Duration
    package var maximum: Duration

    package init(minimum: Duration, maximum: Duration) {
        self.minimum = minimum
        self.maximum = maximum
    }
}
