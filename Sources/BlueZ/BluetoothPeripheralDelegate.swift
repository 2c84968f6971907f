/// Who uses the links. Called on the loop's thread, in a handler of the loop; may call the peripheral back.
package protocol BluetoothPeripheralDelegate: AnyObject {
    /// A central can be spoken with. What is sent goes out in packets of at most `maximumWrite` bytes, cut wherever that
    /// is; the other side sees a stream.
    func linkOpened(_ link: LinkID, kind: LinkKind, maximumWrite: Int)
    /// Bytes came, at least one and at most ``PeripheralConfiguration/packetLimit``.
    func linkReceived(_ link: LinkID, _ bytes: [UInt8])
    /// After ``BluetoothPeripheral/send(_:on:)`` had refused: at least half of the buffer is free again.
    func linkWritable(_ link: LinkID)
    /// The link is over, by whomever; nothing more comes of it. Not called for what ``BluetoothPeripheral/close(_:)`` or
    /// ``BluetoothPeripheral/stop()`` ends.
    func linkClosed(_ link: LinkID)
    /// The advertisement is about to begin anew, maybe from another address. What is in the air from then on: whoever puts something
    /// there that a stranger might know again puts another each time, so that nothing outlives the address. nil: what there was.
    /// At most ``ServiceIdentity/payloadLimit`` bytes; of more, the rest is left out.
    func nextPayload() -> [UInt8]?
    /// Whether centrals can find and reach the lock has changed, or why they cannot.
    func conditionChanged(_ condition: BluetoothCondition)
}

extension BluetoothPeripheralDelegate {
    package func nextPayload() -> [UInt8]? { nil }
}
