import Glibc
import TestPrograms
import Testing

/// The built program, as a person or a script runs it.
enum Mortise {
    /// Beside the test program, where the build has put it.
    static let path: String = {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count - 1))
        let this = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return this.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/mortise"
    }()

    /// The project's own directory.
    static let root: String = {
        // <root>/Tests/MortiseTests/Support/Mortise.swift
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
    }()

    /// Starts it with nothing of the developer's surroundings: a time zone without zone data, 80 columns, no colour.
    static func start(
        _ arguments: [String], bus: String? = nil, environment: [String: String] = [:]
    ) throws -> Child {
        var variables = [
            "PATH": "/usr/bin:/bin", "TZ": "CET-1CEST,M3.5.0,M10.5.0/3", "COLUMNS": "80", "LC_ALL": "C.UTF-8",
        ]
        variables["MORTISE_BUS"] = bus
        variables.merge(environment) { $1 }
        return try Child(path, arguments, environment: variables)
    }

    static func run(
        _ arguments: [String], bus: String? = nil, environment: [String: String] = [:]
    ) throws -> Child.End {
        var child = try start(arguments, bus: bus, environment: environment)
        return try child.finish()
    }
}
