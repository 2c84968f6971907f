/// Type signatures, as far as this module has to read them itself; sd-bus judges the rest.
enum BusSignature {
    /// How many complete types a signature names one after another; nil: brackets do not match or an array has no element.
    static func count(_ signature: String) -> Int? {
        var open: [UInt8] = []
        var types = 0
        var awaitsElement = false
        for byte in signature.utf8 {
            switch byte {
            case UInt8(ascii: "a"):
                awaitsElement = true
                continue
            case UInt8(ascii: "("): open.append(UInt8(ascii: ")"))
            case UInt8(ascii: "{"): open.append(UInt8(ascii: "}"))
            case UInt8(ascii: ")"), UInt8(ascii: "}"):
                guard !awaitsElement, open.popLast() == byte else { return nil }
                if open.isEmpty { types += 1 }
            default: if open.isEmpty { types += 1 }
            }
            awaitsElement = false
        }
        return open.isEmpty && !awaitsElement ? types : nil
    }
}
