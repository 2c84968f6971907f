import Testing

@testable import TelemetryPolicy

/// Whatever happens in whatever order: no row and no leased byte without a valid consent, every record accounted for at every step, and
/// nothing old under a new consent.
@Suite("A random life of consent and queue")
struct WalkTests {
    static let seeds: [UInt64] = [1, 2, 3, 1_000_000_007]
    static let steps = 20_000

    /// What all of the lives together must have come across, and how often at least, to have shown anything: about a third of what they
    /// do. A change to the policy or the walk that makes something rare is seen here.
    static let expected: [String: Int] = [
        "recorded": 10_000, "location": 12, "leased": 120, "sent": 70, "accepted": 30, "sent again": 7, "parked": 8,
        "quarantined": 20, "too large": 7, "record expired": 7, "dropped": 35, "erased": 45, "erased locally": 80,
        "requested": 7, "given": 500, "refused": 130, "withdrawn": 180, "expired": 55, "renewed": 85, "frozen": 55,
        "purged after a freeze": 8, "owner gone": 55, "reset": 30, "erasure requested": 45, "erasure done": 40,
        "erasure parked": 30, "power cut": 200, "unreadable": 14, "store failed": 190, "lost database": 13,
        "clock back": 60, "changed in a commit": 190,
        // Every word that the gate has for no, but notAccepted: whoever agreed has accepted, or the store has been tampered with.
        "no: unreadable": 120, "no: shutting": 600, "no: noOwner": 90, "no: notConsented": 2_000,
        "no: policyChanged": 300, "no: detailsMissing": 180, "no: purposeNotConsented": 280, "no: notByOwner": 10,
        "no: serviceInactive": 75, "no: dayUnknown": 2_500, "no: itemExpired": 30, "no: erasureFirst": 15,
        "no: notExposed": 12,
    ]

    @Test("breaks no promise, and comes across everything often enough")
    func walk() {
        var reached: [String: Int] = [:]
        for seed in Self.seeds {
            var walk = PolicyWalk(seed: seed)
            for step in 0..<Self.steps {
                if let broken = walk.step() {
                    Issue.record("seed \(seed), step \(step): \(broken)")
                    return
                }
            }
            reached.merge(walk.reached, uniquingKeysWith: +)
        }
        for (what, least) in Self.expected.sorted(by: { $0.key < $1.key }) {
            let times = reached[what, default: 0]
            #expect(times >= least, "\(what): \(times) times")
        }
        let denials = GateDenial.allCases.map { "no: \($0.rawValue)" }
        #expect(Set(denials).subtracting(Self.expected.keys) == ["no: notAccepted"])
    }
}
