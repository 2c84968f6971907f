/// The lock's names in Bluetooth. Chosen at random once (`uuidgen -r`); they are the protocol's and never change. The first
/// group counts up, as is usual for the characteristics of one service.
package enum ServiceIdentity {
    /// The service, also in the advertisement.
    package static let service = "6d9e0001-5a0f-4c58-9b7e-2f3c8a41d6b5"
    /// Written by a central: its bytes to the lock.
    package static let command = "6d9e0002-5a0f-4c58-9b7e-2f3c8a41d6b5"
    /// Read, before anything else: version of the protocol (1 byte), the PSM of the L2CAP channel (2 bytes, the least
    /// significant first; 0: there is none), and which of the answer characteristics is this central's on this connection (1
    /// byte, from 0; 255: none is free). Nothing that tells one lock from another.
    package static let info = "6d9e0003-5a0f-4c58-9b7e-2f3c8a41d6b5"
    /// Notified: the lock's bytes to the central whose characteristic it is.
    ///
    /// Each central has one of its own, because of a defect of bluetoothd (5.78 to 5.84 at least,
    /// https://github.com/bluez/bluez/issues/1452): when a phone that is not paired leaves, bluetoothd takes the descriptor away from
    /// whoever subscribed first to the same characteristic.
    package static func answer(_ index: Int) -> String {
        let digits = String(0x10 + index, radix: 16)
        return "6d9e00\(digits)-5a0f-4c58-9b7e-2f3c8a41d6b5"
    }
    /// How many answer characteristics there are: one for each slot, and as many for those that are on their way out.
    package static let answers = 8

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
    static let infoHandle: UInt16 = 0x0A04
    static func answerHandle(_ index: Int) -> UInt16 { 0x0A06 + 3 * UInt16(index) }
}
