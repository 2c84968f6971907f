package import LockProtocol
package import SecureChannel

extension WireWelcome {
    /// What the lock is recognised by in the air from now on, in place of what an earlier welcome said; nil: the lock has not said.
    package var tag: RotatingTag? { RotatingTag(key: tagKey) }
}
