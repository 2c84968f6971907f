import SystemdRuntime
enum LiveView {
    static func show(_ state: String, _ options: (Journal) throws -> LockSession.Options) throws -> Int32 { 0 }
}
