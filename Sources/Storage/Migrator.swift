/// Brings a database to the newest version of its schema, one transaction a version.
package struct Migrator: Sendable {
    /// What a file's header says of itself.
    package enum Standing: Hashable, Sendable {
        /// No version and no table: a new file, or one whose making was cut short.
        case blank
        case known(version: Int64)
        case newer(version: Int64)
        /// Not made by this program, or damaged.
        case foreign(application: Int64, version: Int64)
    }

    /// Element *n* makes version *n* + 1 out of version *n*.
    package let migrations: [String]
    /// What follows on the SQL of a version, by its number, in the same transaction: what SQL alone cannot do.
    package let steps: [Int64: Step]
    /// `application_id` without the version.
    package let application: Int64

    package typealias Step = @Sendable (_ database: borrowing Database) throws(SQLiteError) -> Void

    package init(migrations: [String], steps: [Int64: Step] = [:], application: Int64) {
        self.migrations = migrations
        self.steps = steps
        self.application = application
    }

    /// The migrations of `lock.db`.
    package static let lock = Migrator(
        migrations: Schema.migrations, steps: Schema.steps, application: Schema.application)

    /// The version that the last migration makes.
    package var newest: Int64 { Int64(migrations.count) }

    /// Reads what the file is.
    package func standing(of database: borrowing Database) throws(SQLiteError) -> Standing {
        let version = try database.integer("PRAGMA user_version") ?? 0
        let found = try database.integer("PRAGMA application_id") ?? 0
        if version == 0 && found == 0 {
            let hasContent = try database.integer("SELECT EXISTS (SELECT 1 FROM sqlite_schema)") == 1
            return hasContent ? .foreign(application: found, version: version) : .blank
        }
        // A version field has 16 of the application id's bits, which is more versions than there will ever be.
        guard version > 0, version <= 0xffff, found == application + version else {
            return .foreign(application: found, version: version)
        }
        return version > newest ? .newer(version: version) : .known(version: version)
    }

    /// Compares the file's schema with what the migrations make, for a version that they make; nil when it is the same, else what
    /// the first difference is.
    ///
    /// The integrity check holds a file to the schema that the file itself has. A table without our constraints, or a trigger
    /// that an attacker has put in, would pass it.
    package func foreignObject(
        in database: borrowing Database, ofVersion version: Int64
    ) throws(SQLiteError) -> String? {
        let model = try Database.inMemory()
        for sql in migrations.prefix(Int(clamping: version)) { try model.execute(sql) }
        let wanted = try Self.objects(of: model, atMost: Self.objectLimit)
        let found = try Self.objects(of: database, atMost: wanted.count + 1)
        if let object = found.first(where: { !wanted.contains($0) }) { return "the \(object.name) is not its own" }
        return wanted.first { !found.contains($0) }.map { "the \($0.name) is missing" }
    }

    /// Far more than any version has.
    private static let objectLimit = 256
    /// What is quoted of a name that somebody else has chosen.
    private static let quoteLimit = 40

    /// One line of the schema.
    private struct SchemaObject: Hashable {
        /// Its kind and name, for people.
        var name: String
        var table: String
        var sql: String?
    }

    private static func objects(
        of database: borrowing Database, atMost limit: Int
    ) throws(SQLiteError) -> [SchemaObject] {
        let rows = try Statement(database, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
        var objects: [SchemaObject] = []
        while objects.count < limit, try rows.step() {
            let name = rows.optionalText(1) ?? ""
            let quoted = "“\(name.prefix(quoteLimit))”" + (name.count > quoteLimit ? "…" : "")
            objects.append(
                SchemaObject(
                    name: "\(rows.optionalText(0) ?? "object") \(quoted)", table: rows.optionalText(2) ?? "",
                    sql: rows.optionalText(3)))
        }
        return objects
    }

    /// Runs the migrations that the database lacks. Each is one transaction with its version number: a power cut leaves the
    /// version before or the version after.
    package func migrate(_ database: borrowing Database, from version: Int64) throws(SQLiteError) {
        guard version < newest else { return }
        for (index, sql) in migrations.enumerated().dropFirst(Int(version)) {
            let next = Int64(index) + 1
            try database.transaction { () throws(SQLiteError) in
                try database.execute(sql)
                try steps[next]?(database)
                // PRAGMA takes no parameters.
                try database.execute("PRAGMA user_version = \(next); PRAGMA application_id = \(application + next)")
            }
        }
    }
}
