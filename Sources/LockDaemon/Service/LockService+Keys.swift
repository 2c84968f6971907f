internal import LockCore
internal import PhoneMessages
internal import SecureChannel
internal import SystemdRuntime

// Keys, for administrators' programs on the lock: what `mortise keys`, `invite`, `schedule`, `pair` and `sessions` ask for.
extension LockService {
    func keyMethods() -> [BusMethod] {
        [
            BusMethod(name: "ListKeys", output: KeyRows.keysSignature, outputNames: ["keys"]) { [unowned self] call in
                ask(call) { _ in .listKeys }
            },
            BusMethod(name: "ListInvitations", output: KeyRows.invitationsSignature, outputNames: ["invitations"]) {
                [unowned self] call in ask(call) { _ in .listInvitations }
            },
            BusMethod(name: "RevokeKey", input: "u", inputNames: ["key"]) { [unowned self] call in
                ask(call) { .revokeKey(KeyID(UInt32(clamping: $0.first?.asInteger ?? 0))) }
            },
            BusMethod(
                name: "ChangeKey", input: "u" + KeyRows.termsSignature, inputNames: ["key", "terms"]
            ) { [unowned self] call in
                ask(call) { arguments throws(WireComplaint) in
                    .changeKey(
                        KeyID(UInt32(clamping: arguments.first?.asInteger ?? 0)), try KeyRows.terms(arguments.last))
                }
            },
            BusMethod(
                name: "Invite", input: KeyRows.termsSignature + "u", output: "tsx",
                inputNames: ["terms", "lifetime_seconds"], outputNames: ["id", "code", "expires"]
            ) { [unowned self] call in
                ask(call) { arguments throws(WireComplaint) in
                    Ask.invitation(try KeyRows.terms(arguments.first), arguments.last?.asInteger ?? 0)
                }
            },
            BusMethod(name: "WithdrawInvitation", input: "t", inputNames: ["id"]) { [unowned self] call in
                ask(call) {
                    guard case .uint64(let id) = $0.first else { return .withdrawInvitation(.setup) }
                    return .withdrawInvitation(PairingSecretID(id))
                }
            },
            BusMethod(
                name: "Pairing", output: "sbb", outputNames: ["setup_code", "has_owner", "is_open"]
            ) { [unowned self] call in
                admit(call, for: .administer) { [unowned self] number, _ in
                    guard let pairing = delegate.pairing else {
                        return fail(number, FaultErrors.refused(.storeUnavailable))
                    }
                    succeed(number, [.string(pairing.code ?? ""), .bool(pairing.hasOwner), .bool(pairing.isOpen)])
                }
            },
            BusMethod(name: "Sessions", output: "a(uxb)", outputNames: ["sessions"]) { [unowned self] call in
                admit(call, for: .administer) { [unowned self] number, _ in
                    let rows = delegate.sessions.map {
                        BusValue.structure([.uint32($0.key.rawValue), .int64($0.seconds), .bool($0.isSubscribed)])
                    }
                    succeed(number, [.array(rows, elementSignature: "(uxb)")])
                }
            },
        ]
    }

    private func ask(
        _ call: BusCall, _ request: @escaping ([BusValue]) throws(WireComplaint) -> AccessRequest
    ) {
        let arguments = call.arguments
        admit(call, for: .administer) { [unowned self] number, user in
            do throws(WireComplaint) {
                delegate.tellAccess(.request(try request(arguments), from: .local(user: user), id: RequestID(number)))
            } catch {
                fail(number, FaultErrors.refused(.invalidRequest, complaint: error.words))
            }
        }
    }

    /// The machine of keys has answered.
    func answered(_ id: RequestID, _ answer: AccessAnswer) {
        switch answer {
        case .done, .key: succeed(id.rawValue)
        case .refused(let code, _, let complaint): fail(id.rawValue, FaultErrors.refused(code, complaint: complaint))
        case .failed(let code): fail(id.rawValue, FaultErrors.failed(code, finding: nil))
        case .keys(let keys): succeed(id.rawValue, [KeyRows.values(keys)])
        case .invitations(let invitations): succeed(id.rawValue, [KeyRows.values(invitations)])
        case .invitation(let invitation):
            let code = delegate.code(for: invitation) ?? ""
            succeed(id.rawValue, [.uint64(invitation.id.rawValue), .string(code), .int64(invitation.expires)])
        }
    }

    func alarm(named name: String, isActive: Bool) {
        // Whoever does not hear it sees it when they ask.
        try? lock?.emit("AlarmChanged", [.string(name), .bool(isActive)])
    }
}

/// What an administrator is told of pairing.
struct PairingState: Hashable, Sendable {
    /// The setup code as text; nil: there is none.
    var code: String?
    var hasOwner: Bool
    var isOpen: Bool
}

/// One phone that is connected.
struct PhoneSession: Hashable, Sendable {
    var key: KeyID
    /// Since when.
    var seconds: Int64
    var isSubscribed: Bool
}
