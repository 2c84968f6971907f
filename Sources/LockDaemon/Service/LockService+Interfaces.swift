internal import LockCore
internal import SystemdRuntime

// The two interfaces as data, and what each method does with its arguments.
extension LockService {
    func lockDescription() -> BusInterface {
        let changing = StatusProperties.changing.map { name, signature in
            BusProperty(name: name, signature: signature) { [unowned self] in properties.value(of: name) }
        }
        let constant = [
            BusProperty(name: "Version", signature: "s", change: .constant) { [version] in .string(version) },
            BusProperty(name: "Board", signature: "s", change: .constant) { [board] in .string(board) },
        ]
        return BusInterface(
            name: Self.lockInterface,
            methods: [motion("Lock", .lock), motion("Unlock", .unlock)],
            properties: changing + constant,
            signals: [
                BusSignalDeclaration(name: "AlarmChanged", signature: "sb", argumentNames: ["name", "active"]),
                BusSignalDeclaration(name: "AuditAppended", signature: "x", argumentNames: ["sequence"]),
            ],
            readGuard: { [authorisation] caller throws(BusError) in
                guard authorisation.allows(.use, for: caller) else {
                    throw Authorisation.refusal(of: .use, user: caller.user)
                }
            })
    }

    private func motion(_ name: String, _ command: Command) -> BusMethod {
        BusMethod(name: name, output: "ss", outputNames: ["state", "warning"]) { [unowned self] call in
            admit(call, for: .use) { [unowned self] number, user in
                submit(command, number, user, answer: .stateAndWarning)
            }
        }
    }

    func adminDescription() -> BusInterface {
        BusInterface(
            name: Self.adminInterface,
            methods: [
                BusMethod(
                    name: "Calibrate", output: "stt",
                    outputNames: ["state", "extend_nanoseconds", "retract_nanoseconds"]
                ) { [unowned self] call in
                    admit(call, for: .administer) { [unowned self] number, user in
                        submit(.calibrate, number, user, answer: .stateAndCalibration)
                    }
                },
                BusMethod(name: "SetMode", input: "s", inputNames: ["mode"]) { [unowned self] call in
                    let text = call.arguments.first?.asString ?? ""
                    configure(call) { settings in
                        guard let mode = OperatingMode(rawValue: text) else {
                            let modes = OperatingMode.allCases.map(\.rawValue).joined(separator: ", ")
                            return "there is no mode \(Self.quote(text)); one of \(modes)"
                        }
                        settings.mode = mode
                        return nil
                    }
                },
                setTime("SetAutoRelock", \.autoRelockMilliseconds),
                setTime("SetDoorAjar", \.doorAjarMilliseconds),
                BusMethod(name: "AcknowledgeAlarms") { [unowned self] call in
                    admit(call, for: .administer) { [unowned self] number, user in
                        submit(.acknowledgeAlarms, number, user, answer: .nothing)
                    }
                },
                BusMethod(name: "Diagnose", output: "a{sv}", outputNames: ["checks"]) { [unowned self] call in
                    admit(call, for: .administer) { [unowned self] number, _ in
                        succeed(number, [.dictionary(delegate.diagnose().mapValues { .string($0) })])
                    }
                },
            ] + logMethods() + keyMethods())
    }

    private func setTime(_ name: String, _ path: WritableKeyPath<Settings, Int64?>) -> BusMethod {
        BusMethod(name: name, input: "t", inputNames: ["milliseconds"]) { [unowned self] call in
            let milliseconds: UInt64? = if case .uint64(let value) = call.arguments.first { value } else { nil }
            configure(call) { settings in
                guard let milliseconds, let bounded = Int64(exactly: milliseconds) else {
                    return "\(milliseconds ?? 0) ms is more than any time that can be set"
                }
                settings[keyPath: path] = bounded == 0 ? nil : bounded
                return nil
            }
        }
    }

    /// Changes one setting. `change` says what is wrong with the value if it cannot even be expressed; what is out of bounds
    /// is refused by the core, which also writes that down.
    private func configure(_ call: BusCall, _ change: @escaping (inout Settings) -> String?) {
        admit(call, for: .administer) { [unowned self] number, user in
            // They would be made from the defaults, and a stored lock-out would be lost.
            guard !delegate.isStoreAwaited else {
                return fail(
                    number,
                    BusError(
                        name: FaultErrors.storeUnavailable,
                        message: "The stored settings have not been read yet; try again when the store is open."))
            }
            // The settings are read now, when the caller has been checked, so that two changes at once do not undo each other.
            var settings = delegate.status.settings
            if let complaint = change(&settings) {
                return fail(number, FaultErrors.refused(.invalidRequest, complaint: complaint))
            }
            submit(.configure(settings), number, user, answer: .nothing, complaint: settings.complaint())
        }
    }

    /// The longest mode that is quoted back.
    private static let quoteLimit = 40

    private static func quote(_ text: String) -> String { "“\(text.prefix(quoteLimit))”" }
}
