internal import Glibc

/// The files of one store: the database, what SQLite keeps beside it, and what was set aside.
struct StoreFiles {
    let path: String

    /// What SQLite keeps beside a database: its log, the log's index, and a rollback journal.
    private static let companions = ["-wal", "-shm", "-journal"]

    /// The one name that a damaged database is set aside under.
    var quarantine: String { path + ".quarantined" }

    private var directory: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes sure that there is a file that can be written, in a directory that can be written; creates both if need be,
    /// readable by their owner only. Returns the file's size in bytes.
    ///
    /// Nothing that exists is opened: closing any descriptor of a database would drop SQLite's locks on it.
    func prepare() throws(FileError) -> Int64 {
        var status = stat()
        if stat(path, &status) != 0 {
            guard errno == ENOENT else { throw error("look at", path) }
            try makeDirectory()
            try makeFile()
            guard stat(path, &status) == 0 else { throw error("look at", path) }
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let code = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
            throw FileError(operation: "use as a database", path: path, code: code)
        }
        // SQLite would quietly open such a file for reading.
        guard access(path, R_OK | W_OK) == 0 else { throw error("write", path) }
        guard access(directory, W_OK | X_OK) == 0 else { throw error("write in", directory) }
        return Int64(status.st_size)
    }

    /// Renames the database and its companions to the quarantine's name, replacing what was set aside before.
    ///
    /// A power cut in between leaves either the damaged database where it was, or companions without a database, which SQLite
    /// deletes when a new one is made.
    func setAside() throws(FileError) {
        for companion in Self.companions {
            guard unlink(quarantine + companion) == 0 || errno == ENOENT else {
                throw error("delete", quarantine + companion)
            }
        }
        guard rename(path, quarantine) == 0 else { throw error("set aside", path) }
        for companion in Self.companions {
            guard rename(path + companion, quarantine + companion) == 0 || errno == ENOENT else {
                throw error("set aside", path + companion)
            }
        }
        try Self.synchronise(directory: directory)
    }

    var hasQuarantine: Bool {
        var status = stat()
        return stat(quarantine, &status) == 0 || errno != ENOENT
    }

    /// Deletes the database, what is beside it, and what was set aside.
    ///
    /// The database goes first, and durably: without its log it would be an older one, whose keys were taken away since. A log without
    /// a database is nothing to SQLite.
    func delete() throws(FileError) {
        for name in [path, quarantine] {
            guard unlink(name) == 0 || errno == ENOENT else { throw error("delete", name) }
            try Self.synchronise(directory: directory)
            for companion in Self.companions {
                guard unlink(name + companion) == 0 || errno == ENOENT else { throw error("delete", name + companion) }
            }
        }
        try Self.synchronise(directory: directory)
    }

    /// Makes it durable that SQLite has emptied its log, which it does not do itself: after a power cut what was in the log would be there
    /// again. (SQLite has no lock on this file that closing it could drop.)
    func synchroniseLog() throws(FileError) {
        let log = path + "-wal"
        let descriptor = open(log, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return }
            throw error("open", log)
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw error("synchronise", log) }
    }

    /// Deletes what was set aside, the database first.
    func deleteQuarantine() throws(FileError) {
        var isChanged = false
        for name in [quarantine] + Self.companions.map({ quarantine + $0 }) {
            if unlink(name) == 0 { isChanged = true } else if errno != ENOENT { throw error("delete", name) }
        }
        if isChanged { try Self.synchronise(directory: directory) }
    }

    private func makeDirectory() throws(FileError) {
        let directory = directory
        guard mkdir(directory, 0o700) != 0 else {
            // The name of a new directory is durable only when its parent is.
            return try Self.synchronise(directory: StoreFiles(path: directory).directory)
        }
        guard errno == EEXIST else { throw error("make the directory", directory) }
    }

    private func makeFile() throws(FileError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw error("create", path) }
        close(descriptor)
        try Self.synchronise(directory: directory)
    }

    static func synchronise(directory: String) throws(FileError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw FileError(operation: "open the directory", path: directory, code: errno)
        }
        defer { close(descriptor) }
        // EINVAL: this file system has nothing to synchronise.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw FileError(operation: "synchronise the directory", path: directory, code: errno)
        }
    }

    private func error(_ operation: String, _ path: String) -> FileError {
        FileError(operation: operation, path: path, code: errno)
    }
}
