import Glibc
import PowerCut

/// What was asked of a directory's files, one after the other.
struct PowerCutRecord {
    enum Operation: Hashable {
        case create(String)
        case write(String, offset: Int, [UInt8])
        case truncate(String, size: Int)
        case sync(String)
        case rename(String, to: String)
        case unlink(String)
        case mark(Int)
    }

    private(set) var operations: [Operation] = []

    /// Records what this thread does below the directory while the body runs. `mark` says how far it has come.
    static func recording(_ directory: String, _ body: (_ mark: (Int) -> Void) throws -> Void) rethrows
        -> PowerCutRecord
    {
        power_cut_begin(directory)
        defer { power_cut_end() }
        try body { power_cut_mark(Int64($0)) }
        power_cut_end()
        return PowerCutRecord(operations: (0..<power_cut_count()).compactMap(operation))
    }

    private static func operation(_ index: Int) -> Operation? {
        guard let found = power_cut_operation(index)?.pointee else { return nil }
        let name = text(found.name)
        switch found.kind {
        case POWER_CUT_CREATE: return .create(name)
        case POWER_CUT_WRITE:
            return .write(
                name, offset: Int(found.offset), Array(UnsafeBufferPointer(start: found.data, count: found.size)))
        case POWER_CUT_TRUNCATE: return .truncate(name, size: Int(found.offset))
        case POWER_CUT_SYNC: return .sync(name)
        case POWER_CUT_RENAME: return .rename(name, to: text(found.other))
        case POWER_CUT_UNLINK: return .unlink(name)
        case POWER_CUT_MARK: return .mark(Int(found.offset))
        default: return nil
        }
    }

    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// A directory on a disk whose power can be cut: what is durable, and what is not yet.
struct PowerCutDisk {
    /// A file's content, apart from what it is called.
    private struct File {
        var durable: [UInt8] = []
        var pending: [PowerCutRecord.Operation] = []
    }

    private var files: [File] = []
    /// Names that survive, and those that there are now.
    private var durableNames: [String: Int] = [:]
    private var names: [String: Int] = [:]
    /// Changes of names that are not durable, oldest first.
    private var pendingNames: [PowerCutRecord.Operation] = []

    init() {}

    /// A disk on which everything in a directory is durable.
    init(_ contents: [String: [UInt8]]) {
        for (name, bytes) in contents {
            durableNames[name] = files.count
            files.append(File(durable: bytes))
        }
        names = durableNames
    }

    /// `ignoring`: which synchronisations do nothing, as if somebody had forgotten them.
    mutating func apply(_ operation: PowerCutRecord.Operation, ignoring: (String) -> Bool) {
        switch operation {
        case .create(let name):
            names[name] = files.count
            files.append(File())
            pendingNames.append(operation)
        case .write(let name, _, _), .truncate(let name, _):
            if let file = names[name] { files[file].pending.append(operation) }
        case .sync(""):
            guard !ignoring("") else { return }
            durableNames = names
            pendingNames = []
        case .sync(let name):
            guard !ignoring(name), let file = names[name] else { return }
            for change in files[file].pending { Self.change(&files[file].durable, change) }
            files[file].pending = []
        case .rename(let name, let other):
            names[other] = names.removeValue(forKey: name)
            pendingNames.append(operation)
        case .unlink(let name):
            names[name] = nil
            pendingNames.append(operation)
        case .mark: break
        }
    }

    private static func change(_ bytes: inout [UInt8], _ operation: PowerCutRecord.Operation) {
        switch operation {
        case .write(_, let offset, let data):
            if bytes.count < offset + data.count {
                bytes += [UInt8](repeating: 0, count: offset + data.count - bytes.count)
            }
            bytes.replaceSubrange(offset..<(offset + data.count), with: data)
        case .truncate(_, let size):
            if size < bytes.count {
                bytes.removeLast(bytes.count - size)
            } else {
                bytes += [UInt8](repeating: 0, count: size - bytes.count)
            }
        default: break
        }
    }

    /// How much of what is not durable has got to the disk.
    enum Luck {
        case none
        case all
        /// Of each change it is chance; a write may be torn at any of its sectors.
        case chance(UInt64)
    }

    private static let sector = 512

    /// What is found after a power cut now.
    func afterCut(_ luck: Luck) -> [String: [UInt8]] {
        var random = SplitMix64(seed: { if case .chance(let seed) = luck { seed } else { 0 } }())
        func happens() -> Bool {
            switch luck {
            case .none: false
            case .all: true
            case .chance: Bool.random(using: &random)
            }
        }
        let isTorn = if case .chance = luck { true } else { false }
        var found = durableNames
        var numbers = durableNames
        // Who was created has a file whatever becomes of the name.
        for operation in pendingNames {
            switch operation {
            case .create(let name):
                numbers[name] = names[name] ?? numbers[name]
                if happens() { found[name] = numbers[name] }
            case .rename(let name, let other) where happens():
                if let file = found.removeValue(forKey: name) { found[other] = file }
            case .unlink(let name) where happens(): found[name] = nil
            default: break
            }
        }
        return found.mapValues { number in
            var bytes = files[number].durable
            for change in files[number].pending where happens() {
                guard case .write(let name, let offset, let data) = change, isTorn, data.count > Self.sector,
                    Bool.random(using: &random)
                else {
                    Self.change(&bytes, change)
                    continue
                }
                let whole = Int.random(in: 0...(data.count / Self.sector), using: &random) * Self.sector
                Self.change(&bytes, .write(name, offset: offset, Array(data.prefix(whole))))
            }
            return bytes
        }
    }

    /// Puts it into a directory.
    static func restore(_ contents: [String: [UInt8]], in directory: String) throws {
        for name in TemporaryDirectory.allNames(directory) { _ = unlinkFile(directory + "/" + name) }
        for (name, bytes) in contents { try write(bytes, to: directory + "/" + name) }
    }
}
