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
    /// `application_id` without the version.
    package let application: Int64

    package init(migrations: [String], application: Int64) {
        self.migrations = migrations
        self.application = application
    }

    /// The migrations of `lock.db`.
    package static let lock = Migrator(migrations: Schema.migrations, application: Schema.application)

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

    /// Runs the migrations that the database lacks. Each is one transaction with its version number: a power cut leaves the
    /// version before or the version after.
    package func migrate(_ database: borrowing Database, from version: Int64) throws(SQLiteError) {
        guard version < newest else { return }
        for (index, sql) in migrations.enumerated().dropFirst(Int(version)) {
            let next = Int64(index) + 1
            try database.transaction { () throws(SQLiteError) in
                try database.execute(sql)
                // PRAGMA takes no parameters.
                try database.execute("PRAGMA user_version = \(next); PRAGMA application_id = \(application + next)")
            }
        }
    }
}
