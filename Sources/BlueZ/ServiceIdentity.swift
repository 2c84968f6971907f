/// The lock's names in Bluetooth. Chosen at random once (`uuidgen -r`); they are the protocol's and never change. The first
/// group counts up, as is usual for the characteristics of one service.
package enum ServiceIdentity {
    /// The service, also in the advertisement.
    package static let service = "6d9e0001-5a0f-4c58-9b7e-2f3c8a41d6b5"
    /// Written by a central: its bytes to the lock.
    package static let command = "6d9e0002-5a0f-4c58-9b7e-2f3c8a41d6b5"
    /// Notified: the lock's bytes to this central.
    package static let answer = "6d9e0003-5a0f-4c58-9b7e-2f3c8a41d6b5"
    /// Read: version of the protocol (1 byte), then the PSM of the L2CAP channel (2 bytes, the least significant first; 0:
    /// there is none). Nothing that tells one lock from another.
    package static let info = "6d9e0004-5a0f-4c58-9b7e-2f3c8a41d6b5"

    /// The company that manufacturer data is by: 0xFFFF, which the Bluetooth SIG assigns to nobody (Assigned Numbers, 7.1).
    package static let company: UInt16 = 0xFFFF
    /// What is left for the payload in the 31 bytes of an advertisement: flags take 3, the 128-bit UUID 18, the head of the
    /// manufacturer data 4.
    package static let payloadLimit = 31 - 3 - 18 - 4

    /// Attribute handles. Phones remember them without ever being told of a change (an unpaired phone has no Service Changed
    /// subscription that survives), so they are fixed, and high, where nothing of bluetoothd's or of a plug-in's comes to lie.
    /// A characteristic's declaration is at the handle before its value's, and a subscription's descriptor at the one after.
    static let serviceHandle: UInt16 = 0x0A00
    static let commandHandle: UInt16 = 0x0A02
    static let answerHandle: UInt16 = 0x0A04
    static let infoHandle: UInt16 = 0x0A07
}
