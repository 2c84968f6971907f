internal import LockCore
internal import Storage
internal import SystemdRuntime
internal import TelemetryPolicy

// The audit log, for administrators' programs on the lock: what `mortise log` asks for.
extension LockService {
    /// Checkpoints that one verification may be given: as many as a person reads off phones, and more.
    static let witnessLimit = 64

    func logMethods() -> [BusMethod] {
        [
            BusMethod(
                name: "Log", input: "xu", output: AuditRows.signature, inputNames: ["since", "limit"],
                outputNames: ["first", "last", "entries"]
            ) { [unowned self] call in log(call) },
            BusMethod(
                name: "VerifyLog", input: "a(tay)", output: "stttaytau", inputNames: ["witnesses"],
                outputNames: ["verdict", "number", "first", "last", "hash", "erased", "keys"]
            ) { [unowned self] call in verifyLog(call) },
            BusMethod(
                name: "EraseLog", input: "bu", output: "t", inputNames: ["all", "key"], outputNames: ["erased"]
            ) { [unowned self] call in eraseLog(call) },
        ]
    }

    private func log(_ call: BusCall) {
        let since = call.arguments.first?.asInteger ?? 0
        let limit = call.arguments.last?.asInteger ?? 0
        admit(call, for: .administer) { [unowned self] number, _ in
            let bounds = Int64(StoreLimits.auditPage.lowerBound)...Int64(StoreLimits.auditPage.upperBound)
            guard bounds.contains(limit), since >= 0 else {
                let allowed = "since 0 or more, limit 1 to \(bounds.upperBound)"
                return fail(
                    number,
                    FaultErrors.refused(
                        .invalidRequest, complaint: "since \(since) or limit \(limit) is out of bounds; \(allowed)"))
            }
            guard delegate.readLog(number, since: since, limit: Int(limit)) else { return tooMuch(number) }
        }
    }

    func logRead(_ number: UInt64, _ result: Result<AuditPage, LogError>) {
        switch result {
        case .success(let page): succeed(number, AuditRows.values(page))
        case .failure(let error):
            let message = "The audit log cannot be read: \(error.words)"
            fail(number, BusError(name: FaultErrors.storeUnavailable, message: message))
        }
    }

    // MARK: The chain

    private func verifyLog(_ call: BusCall) {
        let given = (call.arguments.first?.asElements ?? []).map(Self.checkpoint)
        admit(call, for: .administer) { [unowned self] number, _ in
            let witnesses = given.compactMap(\.self)
            guard witnesses.count == given.count, given.count <= Self.witnessLimit else {
                let complaint =
                    "a checkpoint has a number other than 0 and a hash of 32 bytes, and there are \(Self.witnessLimit) at most"
                return fail(number, FaultErrors.refused(.invalidRequest, complaint: complaint))
            }
            let known = delegate.knownWitnesses
            remember(known, number)
            guard delegate.verifyLog(number, witnesses: witnesses + known.values) else { return tooMuch(number) }
        }
    }

    private static func checkpoint(_ value: BusValue) -> AuditCheckpoint? {
        guard let fields = value.asElements, fields.count == 2, case .uint64(let number) = fields[0],
            let hash = fields[1].asElements?.compactMap({ if case .byte(let byte) = $0 { byte } else { nil } }),
            number != 0, hash.count == AuditLink.hashBytes
        else { return nil }
        return AuditCheckpoint(number: number, hash: hash)
    }

    /// Whether the log holds, and to which of the phones' words that says something.
    func logVerified(_ number: UInt64, _ result: Result<ChainFinding, LogError>) {
        switch result {
        case .failure(let error):
            let message = "The audit log cannot be verified: \(error.words)"
            fail(number, BusError(name: FaultErrors.storeUnavailable, message: message))
        case .success(let finding):
            var (at, erased): (UInt64, UInt64) = (0, 0)
            let verdict: String
            switch finding.verdict {
            case .intact(let witnessed, let count):
                (verdict, at, erased) = ("intact", witnessed ?? 0, UInt64(clamping: count))
            case .gap(let after): (verdict, at) = ("gap", after)
            case .altered(let place): (verdict, at) = ("altered", place)
            case .broken(let place): (verdict, at) = ("broken", place)
            case .contradictsWitness(let place): (verdict, at) = ("contradictsWitness", place)
            }
            let keys: [KeyID] =
                verdict == "intact" || verdict == "contradictsWitness"
                ? witnesses(of: number).filter { $0.value.number == at }.map(\.key).sorted() : []
            succeed(
                number,
                [
                    .string(verdict), .uint64(at), .uint64(finding.first), .uint64(finding.end?.number ?? 0),
                    .array((finding.end?.hash ?? []).map { .byte($0) }, elementSignature: "y"), .uint64(erased),
                    .array(keys.map { .uint32($0.rawValue) }, elementSignature: "u"),
                ])
        }
    }

    private func eraseLog(_ call: BusCall) {
        let isAll = call.arguments.first?.asBool ?? false
        let key = UInt32(clamping: call.arguments.last?.asInteger ?? 0)
        admit(call, for: .administer) { [unowned self] number, user in
            guard isAll == (key == 0) else {
                let complaint = "either all of the log is erased, or what it says of one key, whose number is not 0"
                return fail(number, FaultErrors.refused(.invalidRequest, complaint: complaint))
            }
            switch delegate.eraseLog(number, of: isAll ? nil : KeyID(key), from: user) {
            case .taken: break
            case .busy: tooMuch(number)
            case .overBudget: fail(number, CommandBudget.refusal)
            }
        }
    }

    func logErased(_ number: UInt64, _ result: Result<Int64, LogError>) {
        switch result {
        case .success(let count): succeed(number, [.uint64(UInt64(clamping: count))])
        case .failure(let error):
            let message = "failed: the audit log was not, or not wholly, erased: \(error.words)"
            fail(number, BusError(name: FaultErrors.storeUnavailable, message: message))
        }
    }

    private func tooMuch(_ number: UInt64) {
        fail(number, BusError(name: FaultErrors.overloaded, message: "The store has too much to do; try again."))
    }
}
