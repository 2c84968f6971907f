/// What the policy names, or a lock could know, and this lock never records for anybody outside the house.
package struct NeverRecorded: Hashable, Sendable {
    package let what: String
    package let why: String

    package static let all = [
        NeverRecorded(
            what: "Locking, unlocking, who came and when",
            why: "The policy lists no such event. It is kept in the local audit log, which nothing sends."),
        NeverRecorded(
            what: "IP address",
            why: "The lock never records it. Whoever receives a transfer sees it; that is said before consent."),
        NeverRecorded(
            what: "Account, photos, questionnaires, cookies, browser, searches, other applications",
            why: "A lock has none of them."),
        NeverRecorded(
            what: "\"and other information\"", why: "Read as nothing: the list is closed."),
        NeverRecorded(
            what: "Anything for marketing, advertising or personalisation",
            why: "No item may name such a purpose: there is no word for it in the registry."),
        NeverRecorded(
            what: "Networks or devices nearby", why: "No WLAN scan, no receiver is polled: a door does not move."),
    ]
}
