import FoundationEssentials

/// JSON as another parser than ours understands it.
enum ParsedJSON: Decodable, Equatable {
    case null
    case bool(Bool)
    case number(Int64)
    case text(String)
    case list([ParsedJSON])
    case object([String: ParsedJSON])

    init(bytes: [UInt8]) throws { self = try JSONDecoder().decode(ParsedJSON.self, from: Data(bytes)) }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Int64.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([ParsedJSON].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: ParsedJSON].self))
        }
    }

    subscript(name: String) -> ParsedJSON? { if case .object(let members) = self { members[name] } else { nil } }
    var list: [ParsedJSON] { if case .list(let list) = self { list } else { [] } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Int64? { if case .number(let number) = self { number } else { nil } }
    var names: Set<String> { if case .object(let members) = self { Set(members.keys) } else { [] } }
    var base64: [UInt8]? { text.flatMap { Data(base64Encoded: $0) }.map(Array.init) }
}
