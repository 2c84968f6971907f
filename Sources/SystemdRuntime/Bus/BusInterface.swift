/// A D-Bus interface as data: what a ``Bus`` serves at a path. Introspection is generated from it.
///
/// Who may call a method is the handler's to decide, by ``BusCall/credentialsLater(_:)``; the bus's own policy is the first fence and
/// not the only one.
package struct BusInterface {
    /// `org.mortise.Lock1`.
    package var name: String
    package var methods: [BusMethod]
    package var properties: [BusProperty]
    package var signals: [BusSignalDeclaration]
    /// Asked before somebody on the bus reads a property; throwing refuses. nil: whoever the bus policy lets through may read.
    /// Announcements of changes do not pass through it: they are broadcast, and the bus policy is their only fence.
    package var readGuard: ((BusCredentials) throws(BusError) -> Void)?

    package init(
        name: String, methods: [BusMethod] = [], properties: [BusProperty] = [],
        signals: [BusSignalDeclaration] = [], readGuard: ((BusCredentials) throws(BusError) -> Void)? = nil
    ) {
        self.name = name
        self.methods = methods
        self.properties = properties
        self.signals = signals
        self.readGuard = readGuard
    }
}

/// A method that is served.
package struct BusMethod {
    package var name: String
    /// The signature of the arguments. Calls with any other are refused before the handler hears of them.
    package var input: String
    /// The signature of the answer.
    package var output: String
    /// Argument names for introspection, of all of input and output or of none.
    package var inputNames: [String]
    package var outputNames: [String]
    /// Called for each call. Answers through the call, at once or later, once.
    package var handler: (BusCall) -> Void

    /// A method that answers when it can.
    package init(
        name: String, input: String = "", output: String = "", inputNames: [String] = [], outputNames: [String] = [],
        handler: @escaping (BusCall) -> Void
    ) {
        self.name = name
        self.input = input
        self.output = output
        self.inputNames = inputNames
        self.outputNames = outputNames
        self.handler = handler
    }

    /// A method that has its answer at once: what the closure returns is the answer, what it throws is the error.
    package static func answering(
        name: String, input: String = "", output: String = "", inputNames: [String] = [], outputNames: [String] = [],
        answer: @escaping (BusCall) throws(BusError) -> [BusValue]
    ) -> BusMethod {
        BusMethod(name: name, input: input, output: output, inputNames: inputNames, outputNames: outputNames) { call in
            do throws(BusError) { call.reply(try answer(call)) } catch { call.fail(error) }
        }
    }
}

/// A property that is served; read-only, because changing the lock is a method with a named outcome.
package struct BusProperty {
    /// How changes are announced (`org.freedesktop.DBus.Property.EmitsChangedSignal`).
    package enum Change: Hashable, Sendable {
        /// With the new value.
        case announced
        /// That it changed, without the value.
        case invalidated
        /// It never changes while the object is there.
        case constant
        /// Not announced; readers have to ask.
        case silent
    }

    package var name: String
    package var signature: String
    package var change: Change
    /// The value now. Must be of the declared signature: another is answered with an error.
    package var get: () -> BusValue

    package init(name: String, signature: String, change: Change = .announced, get: @escaping () -> BusValue) {
        self.name = name
        self.signature = signature
        self.change = change
        self.get = get
    }
}

/// A signal that an interface may send.
package struct BusSignalDeclaration: Hashable, Sendable {
    package var name: String
    package var signature: String
    /// Names of the arguments for introspection; of all or of none.
    package var argumentNames: [String]

    package init(name: String, signature: String = "", argumentNames: [String] = []) {
        self.name = name
        self.signature = signature
        self.argumentNames = argumentNames
    }
}
