import ArgumentParser

/// An invitation as it is listed and typed: 16 hexadecimal digits.
package struct InvitationName: Hashable, Sendable, ExpressibleByArgument {
    package var number: UInt64

    package init?(argument: String) {
        // The setup code's number is 0, and it is no invitation.
        guard argument.count == 16, argument.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let number = UInt64(argument, radix: 16), number != 0
        else { return nil }
        self.number = number
    }
}
