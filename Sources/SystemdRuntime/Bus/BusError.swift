import CSystemd
import Glibc

/// A named D-Bus error: what a caller gets instead of an answer, in both directions. Failures on this side of the bus come as
/// one too, under the names that the specification or sd-bus gives them.
package struct BusError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `org.mortise.Error.Blocked`: dotted, and a contract.
    package var name: String
    /// For people.
    package var message: String

    package init(name: String, message: String) {
        self.name = name
        self.message = message
    }

    package var description: String { "\(message) (\(name))" }

    /// The arguments do not fit the method.
    package static let invalidArguments = "org.freedesktop.DBus.Error.InvalidArgs"
    /// The caller may not do that.
    package static let accessDenied = "org.freedesktop.DBus.Error.AccessDenied"
    /// Nobody owns the destination's name, and nobody can be started to own it: the daemon does not run.
    package static let serviceUnknown = "org.freedesktop.DBus.Error.ServiceUnknown"
    /// A name has no owner.
    package static let nameHasNoOwner = "org.freedesktop.DBus.Error.NameHasNoOwner"
    /// The object has no such method.
    package static let unknownMethod = "org.freedesktop.DBus.Error.UnknownMethod"
    /// There is no such object.
    package static let unknownObject = "org.freedesktop.DBus.Error.UnknownObject"
    /// The answer did not come in time.
    package static let timedOut = "org.freedesktop.DBus.Error.Timeout"
    /// The answer will not come: the called side is gone, or has let go of the call without answering it.
    package static let noReply = "org.freedesktop.DBus.Error.NoReply"
    /// The connection to the bus is gone.
    package static let disconnected = "org.freedesktop.DBus.Error.Disconnected"
    /// Something else; the message says what.
    package static let failed = "org.freedesktop.DBus.Error.Failed"
    /// What came over the bus breaks the specification or this program's bounds.
    package static let inconsistentMessage = "org.freedesktop.DBus.Error.InconsistentMessage"
}

extension BusError {
    /// What sd-bus put into an error structure; nil: nothing.
    init?(_ error: UnsafePointer<sd_bus_error>?) {
        guard let error, let name = error.pointee.name else { return nil }
        self.init(
            name: String(cString: name), message: error.pointee.message.map { String(cString: $0) } ?? "no explanation")
    }

    /// A failure on this side, with the number that libsystemd gave.
    init(_ error: SystemdError) {
        switch error.errno {
        case ECONNRESET, ENOTCONN, ECONNREFUSED, EPIPE, ESHUTDOWN:
            self.init(name: Self.disconnected, message: error.description)
        case ETIMEDOUT: self.init(name: Self.timedOut, message: error.description)
        case EINVAL: self.init(name: Self.invalidArguments, message: error.description)
        case EBADMSG, ENXIO, EMSGSIZE: self.init(name: Self.inconsistentMessage, message: error.description)
        default: self.init(name: Self.failed, message: error.description)
        }
    }
}
