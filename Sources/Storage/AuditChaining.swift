internal import Crypto
internal import TelemetryPolicy

/// What the chain over the audit log is made with here, and how a log that had none gets one.
package enum AuditChaining {
    /// SHA-256.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    static func newSalt() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<AuditLink.saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// The migration to version 3: chains the entries that there are, in the order of their numbers, behind an anchor of zeros where the
    /// oldest had been pruned. It vouches for nothing that happened before it. A gap that there is stays one.
    static let chainAll: Migrator.Step = { database throws(SQLiteError) in
        let rows = try Statement(
            database, "SELECT seq, \(AuditPayload.columns) FROM audit WHERE seq > ?1 ORDER BY seq LIMIT 1")
        let chain = try Statement(
            database, "UPDATE audit SET hash = ?2, payload_hash = ?3, salt = ?4 WHERE seq = ?1")
        var previous: AuditLink?
        while true {
            // One at a time: a row that is changed must not be changed under a query that is still going on.
            try rows.bind(1, previous.map { Int64(clamping: $0.number) } ?? 0)
            guard try rows.step() else { break }
            let seq = rows.integer(0)
            let payload = AuditPayload(rows, first: 1)
            rows.reset()
            if previous == nil, seq > 1 {
                let anchor = try Statement(database, "INSERT INTO audit_anchor (id, number, hash) VALUES (1, ?1, ?2)")
                try anchor.bind(1, seq - 1)
                try anchor.bind(2, [UInt8](repeating: 0, count: AuditLink.hashBytes))
                try anchor.run()
            }
            let salt = newSalt()
            let link = AuditLink(
                number: UInt64(clamping: seq), after: previous?.hash, payload: payload.bytes, salt: salt, hashedBy: hash
            )
            try chain.bind(1, seq)
            try chain.bind(2, link.hash)
            try chain.bind(3, link.payloadHash)
            try chain.bind(4, salt)
            try chain.run()
            previous = link
        }
        rows.reset()
    }
}
