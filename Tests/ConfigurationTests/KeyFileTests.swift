import Testing

@testable import Configuration

@Suite("Key files")
struct KeyFileTests {
    private func parse(_ text: String) -> (keyFile: KeyFile, problems: [String]) {
        let (keyFile, problems) = KeyFile.parse(Array(text.utf8), file: "f.conf")
        return (keyFile, problems.problems.map(\.description))
    }

    @Test("sections, keys and values are read with their positions")
    func positions() {
        let (keyFile, problems) = parse("# comment\n\n[One]\nkey=value\n  spaced  =  a = b ; c \n[Two]\n")
        #expect(problems.isEmpty)
        #expect(keyFile.lineCount == 6)
        #expect(keyFile.sections.map(\.name) == ["One", "Two"])
        let entries = keyFile.sections[0].entries
        #expect(entries.map(\.key) == ["key", "spaced"])
        #expect(entries.map(\.value) == ["value", "a = b ; c"])
        #expect(entries[0].position == FilePosition(line: 4, column: 1))
        #expect(entries[0].valuePosition == FilePosition(line: 4, column: 5))
        #expect(entries[1].position == FilePosition(line: 5, column: 3))
        #expect(entries[1].valuePosition == FilePosition(line: 5, column: 14))
    }

    @Test("carriage returns, a byte order mark, tabs and a missing last line feed are tolerated")
    func foreignEditors() {
        let (keyFile, problems) = parse("\u{FEFF}[A]\r\n\tk\t=\tv\r\n; c\r\nl=ü")
        #expect(problems.isEmpty)
        #expect(keyFile.sections[0].entries.map(\.value) == ["v", "ü"])
        #expect(keyFile.lineCount == 4)
    }

    @Test("an empty value is a value, and a comment sign inside one is part of it")
    func emptyValues() {
        let (keyFile, problems) = parse("[A]\nk=\nl=a # b\n")
        #expect(problems.isEmpty)
        #expect(keyFile.sections[0].entries.map(\.value) == ["", "a # b"])
    }

    @Test(
        "a broken line is an error that quotes it and says what is allowed",
        arguments: [
            ("k=v\n", #"f.conf:1: "k=v" stands before any section; allowed: keys below a [Section]"#),
            (
                "[A]\nkey\n",
                #"f.conf:2: [A]: "key" is not a setting; allowed: key=value, [Section], or a comment after # or ;"#
            ),
            (
                "[A]\n=v\n",
                #"f.conf:2: [A]: "=v" has no proper key before the =; allowed: letters, digits, - and _"#
            ),
            (
                "[A]\nk k=v\n",
                #"f.conf:2: [A]: "k k=v" has no proper key before the =; allowed: letters, digits, - and _"#
            ),
            ("[A\nk=v\n", #"f.conf:1: "[A" is not a section header; allowed: [Section] on its own line"#),
            (
                "[a\tb]\n",
                #"f.conf:1: "[a\u{9}b]" is not a section header; allowed: [Section] on its own line"#
            ),
            ("[]\n", #"f.conf:1: "[]" is not a section header; allowed: [Section] on its own line"#),
            ("[A] # c\n", #"f.conf:1: "[A] # c" is not a section header; allowed: [Section] on its own line"#),
            (
                "[A]\nk=v \\\n",
                #"f.conf:2: [A] k: "v \\" ends in a backslash, and lines are not continued; allowed: the whole value on one line"#
            ),
            ("[A]\n[B]\n[A]\n", "f.conf:3: [A]: the section is given twice, first in line 1; allowed: once"),
            ("[A]\nk=1\nk=2\n", "f.conf:3: [A] k: the key is given twice, first in line 2; allowed: once"),
            (
                "[A]\nk=1\n[B]\n[A]\nk=2\n",
                """
                f.conf:4: [A]: the section is given twice, first in line 1; allowed: once
                f.conf:5: [A] k: the key is given twice, first in line 2; allowed: once
                """
            ),
            (
                "[A]\nk=a\u{7}b\n",
                "f.conf:2: [A]: column 4 is a control character: U+0007; allowed: text and tabs"
            ),
            ("[A]\nk=a\rb\n", "f.conf:2: [A]: column 4 is a control character: U+000D; allowed: text and tabs"),
            ("a\0\n", "f.conf:1: column 2 is a control character: U+0000; allowed: text and tabs"),
        ])
    func brokenLines(text: String, expected: String) {
        #expect(parse(text).problems.joined(separator: "\n") == expected)
    }

    @Test("bytes that are not UTF-8 are an error with their column")
    func invalidText() {
        let (_, problems) = KeyFile.parse(Array("[A]\nü=".utf8) + [0xC3, 0x28, 0x0A], file: "f.conf")
        #expect(
            problems.problems.map(\.description) == [
                "f.conf:2: [A]: column 3 is not UTF-8: byte 0xC3; allowed: UTF-8 text"
            ])
        #expect(problems.problems.first?.position == FilePosition(line: 2, column: 3))
    }

    @Test("a line, a file and a list of problems have bounds")
    func bounds() {
        let longLine = "[A]\nk=" + String(repeating: "x", count: KeyFile.maximumLineBytes)
        #expect(parse(longLine).problems == ["f.conf:2: [A]: the line has 1026 bytes; allowed: at most 1024 bytes"])
        let longFile = String(repeating: "\n", count: KeyFile.maximumBytes + 1)
        #expect(parse(longFile).problems == ["f.conf:1: the file has 65537 bytes; allowed: at most 65536 bytes"])
        let noise = KeyFile.parse(Array(String(repeating: "?\n", count: 1000).utf8), file: "f.conf").problems
        #expect(noise.problems.count == ProblemList.maximumKept)
        #expect(noise.omitted == 1000 - ProblemList.maximumKept)
    }

    @Test("quoted text is shortened and cannot move the cursor or reverse the line")
    func quoting() {
        #expect(Quoting.quote("a\u{1B}[2J\u{202E}\u{A0}\"\\") == #""a\u{1b}[2J\u{202e}\u{a0}\"\\""#)
        #expect(Quoting.quote(String(repeating: "x", count: 100)) == "\"" + String(repeating: "x", count: 60) + "…\"")
    }

    @Test(
        "the nearest word is suggested, and none when nothing is near",
        arguments: [
            ("cap-minmum", "cap-minimum"), ("CAP", "cap"), ("debuonce", "debounce"), ("retry", nil), ("", nil),
            ("sett1e", "settle"), (String(repeating: "cap", count: 100), nil),
        ] as [(String, String?)])
    func suggestions(word: String, expected: String?) {
        #expect(
            Suggestion.closest(to: word, among: ["cap", "cap-minimum", "cap-maximum", "debounce", "retries", "settle"])
                == expected)
    }
}
