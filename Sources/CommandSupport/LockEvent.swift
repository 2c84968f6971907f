/// Something that happened, while watching.
package enum LockEvent: Hashable, Sendable {
    /// Properties have changed; this is all of them.
    case changed(LockReport)
    case alarm(name: String, isActive: Bool)
    /// The audit log has this entry now.
    case audit(sequence: Int64)
    case daemonLeft
    /// It is back, and says this.
    case daemonCame(LockReport)
}
