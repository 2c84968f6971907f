import LockCore
import SystemdRuntime

/// What the live view shows of phones.
struct PhoneView: Hashable, Sendable {
    /// A phone that is connected.
    struct Session: Hashable, Sendable {
        var key: UInt32
        /// As the lock calls it; "" where its key has gone meanwhile.
        var name: String
    }

    var isPairingOpen = false
    /// nil: the lock has not said yet.
    var hasOwner: Bool?
    var sessions: [Session] = []
    /// Why phones cannot reach the lock at all; nil: they can.
    var obstacle: String?
}

/// Asks the lock over its bus, as an administrator's program would, who is connected. Only when something has happened, and never
/// waiting for it.
final class PhoneWatch {
    private static let name = "org.mortise.Lock1"
    private static let path = "/org/mortise/Lock1"
    private static let keys = "a(u(ssxxa(yqq)u)bu)"

    private let bus: Bus
    private let admin: BusProxy
    private let onChange: (PhoneView) -> Void
    private var slots: [BusSlot] = []
    private var calls: [BusSlot] = []
    /// Calls under way.
    private var open = 0
    /// Something has happened while they were.
    private var isStale = false
    private var view = PhoneView()
    private var names: [UInt32: String] = [:]
    private var connected: [UInt32] = []

    init(_ address: String, on events: EventLoop, onChange: @escaping (PhoneView) -> Void) throws {
        self.onChange = onChange
        bus = try Bus(connectingTo: .address(address))
        admin = bus.proxy(Self.name, path: Self.path, interface: "org.mortise.Admin1")
        let lock = bus.proxy(Self.name, path: Self.path, interface: Self.name)
        try bus.attach(to: events)
        slots = [
            // Keys come and go with an entry in the log.
            try lock.subscribe(to: "AuditAppended") { [unowned self] _ in look() },
            try bus.onOwnerChange(of: Self.name) { [unowned self] _, new in
                if new != nil { look() } else { forget() }
            },
        ]
    }

    /// Something has happened.
    func look() {
        guard open == 0 else {
            isStale = true
            return
        }
        isStale = false
        calls = []
        ask("Pairing", "sbb") { [unowned self] values in
            view.hasOwner = values[1].asBool
            view.isPairingOpen = values[2].asBool ?? false
        }
        ask("ListKeys", Self.keys) { [unowned self] values in
            names = [:]
            for row in values[0].asElements ?? [] {
                guard let fields = row.asElements, let key = fields.first?.asInteger else { continue }
                names[UInt32(clamping: key)] = fields[1].asElements?[1].asString ?? ""
            }
        }
        ask("Sessions", "a(uxb)") { [unowned self] values in
            connected = (values[0].asElements ?? []).compactMap { row in
                row.asElements?.first?.asInteger.map { UInt32(clamping: $0) }
            }
        }
    }

    private func ask(_ member: String, _ answer: String, _ take: @escaping ([BusValue]) -> Void) {
        do throws(BusError) {
            calls.append(
                try admin.callLater(member, answer: answer) { [unowned self] result in
                    // A lock that is starting, or has lost its power, says it with the next event.
                    if case .success(let values) = result { take(values) }
                    open -= 1
                    if open == 0 { finish() }
                })
            open += 1
        } catch {
            // The bus is this process's own; without it there is nothing to show.
        }
    }

    private func finish() {
        view.sessions = connected.map { PhoneView.Session(key: $0, name: names[$0] ?? "") }
        onChange(view)
        if isStale { look() }
    }

    private func forget() {
        view = PhoneView()
        connected = []
        onChange(view)
    }
}
