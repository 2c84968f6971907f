/// What was asked of the peripheral is not possible.
package enum BluetoothError: Error, Hashable, Sendable, CustomStringConvertible {
    /// More than fits beside flags and UUID in the 31 bytes of an advertisement.
    case advertisementTooLong(bytes: Int, limit: Int)
    /// The advertising interval is outside 20 ms … 10.24 s, or its bounds are the wrong way round.
    case interval(AdvertisingInterval)
    /// More centrals than there are answer characteristics, or none.
    case slots(Int)

    package var description: String {
        switch self {
        case .advertisementTooLong(let bytes, let limit):
            "An advertisement has room for \(limit) bytes of ours, and these are \(bytes)."
        case .interval(let interval):
            "An advertising interval lies between 20 ms and 10.24 s, the smaller bound first; this one is "
                + "\(interval.minimum) to \(interval.maximum)."
        case .slots(let slots): "There can be 1 to \(ServiceIdentity.answers) slots, not \(slots)."
        }
    }
}
