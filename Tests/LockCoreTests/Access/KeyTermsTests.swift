import LockCore
import Testing

@Suite struct KeyTermsTests {
    @Test(arguments: ["Ada", "Zo\u{EB}", "\u{5DE}\u{5E9}\u{5D4}", "Ada \u{1F511}", String(repeating: "n", count: 64)])
    func `a name is any text that shows as what it is`(_ name: String) {
        #expect(KeyTerms(role: .guest, name: name).complaint() == nil)
    }

    @Test(arguments: [
        "", String(repeating: "n", count: 65), "A\u{0}", "A\nB", "A\u{7F}", "A\u{85}B", "A\u{2028}B", "A\u{2029}B",
        "\u{61C}A", "\u{200E}A", "\u{200F}A", "\u{202A}A", "A\u{202E}B", "\u{2066}A", "A\u{2069}",
    ])
    func `a name that could look like another one, or like two, is refused in words`(_ name: String) {
        #expect(KeyTerms(role: .guest, name: name).complaint() != nil)
    }
}
