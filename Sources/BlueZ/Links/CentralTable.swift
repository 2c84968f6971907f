/// Who is connected, and for how long each may stay. Pure: the time is an argument.
struct CentralTable {
    struct Central: Hashable {
        var isAuthenticated = false
        /// Which answer characteristic is its own; nil: none was free.
        var index: Int?
        /// Boot time in nanoseconds.
        var connectedAt: Int64
        /// It has been told to go, and has not gone yet.
        var isLeaving = false
        var links: [LinkID] = []
    }

    /// What a new connection leads to.
    enum Admission: Hashable {
        case admitted
        /// In the place of another, which has to go.
        case admittedInstead(of: String)
        /// It has to go.
        case refused
    }

    private let slots: Int
    private let limit: Int64
    private let grace: Int64
    /// By the path of bluetoothd's device.
    private(set) var centrals: [String: Central] = [:]

    /// Times in nanoseconds.
    init(slots: Int, authenticationLimit: Int64, grace: Int64) {
        self.slots = slots
        limit = authenticationLimit
        self.grace = grace
    }

    subscript(path: String) -> Central? { centrals[path] }

    /// Somebody is connected, who may be here already.
    mutating func connected(_ path: String, at now: Int64) -> Admission {
        guard centrals[path] == nil else { return .admitted }
        // Those who are leaving take a slot of the controller's still, but not one of ours: it takes bluetoothd two seconds to
        // disconnect somebody, and that must not keep others out.
        let staying = centrals.filter { !$0.value.isLeaving }
        let taken = Set(centrals.values.compactMap(\.index))
        let index = (0..<ServiceIdentity.answers).first { !taken.contains($0) }
        centrals[path] = Central(index: index, connectedAt: now)
        guard staying.count >= slots else { return .admitted }
        // Somebody who has had the time for a handshake and made none gives way; with equal times, any order will do.
        let idle = staying.filter { !$0.value.isAuthenticated && now - $0.value.connectedAt >= grace }
        guard let oldest = idle.min(by: { ($0.value.connectedAt, $0.key) < ($1.value.connectedAt, $1.key) }) else {
            centrals[path]?.isLeaving = true
            return .refused
        }
        centrals[oldest.key]?.isLeaving = true
        return .admittedInstead(of: oldest.key)
    }

    /// Returns its links, which are over.
    mutating func disconnected(_ path: String) -> [LinkID] { centrals.removeValue(forKey: path)?.links ?? [] }

    mutating func authenticated(_ path: String) { centrals[path]?.isAuthenticated = true }

    mutating func leave(_ path: String) { centrals[path]?.isLeaving = true }

    /// False: it is not connected, is leaving, or has as many as it may.
    mutating func opened(_ link: LinkID, by path: String) -> Bool {
        guard let central = centrals[path], !central.isLeaving,
            central.links.count < PeripheralConfiguration.linksPerCentral
        else { return false }
        centrals[path]?.links.append(link)
        return true
    }

    mutating func closed(_ link: LinkID, of path: String) { centrals[path]?.links.removeAll { $0 == link } }

    /// When the next central has stayed long enough without a key; nil: nobody is waited for.
    var deadline: Int64? {
        centrals.values.filter { !$0.isAuthenticated && !$0.isLeaving }.map { $0.connectedAt + limit }.min()
    }

    /// Who has to go, now.
    func overdue(at now: Int64) -> [String] {
        centrals.filter { !$0.value.isAuthenticated && !$0.value.isLeaving && now >= $0.value.connectedAt + limit }
            .map(\.key).sorted()
    }

    /// How many stay.
    var staying: Int { centrals.values.count { !$0.isLeaving } }
    var hasFreeSlot: Bool { staying < slots }
}
