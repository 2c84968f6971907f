/// Something that carries bytes to a lock and back.
package protocol ByteStream: AnyObject {
    func send(_ bytes: [UInt8]) throws(ClientError)
    /// At least one byte; empty: nothing came within the time.
    func receive(within time: Duration) throws(ClientError) -> [UInt8]
}
