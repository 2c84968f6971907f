import Testing

@testable import mortise_sim

@Suite struct ClientCommandTests {
    private static func command(
        _ path: String, ignoring: String? = nil, in directory: String = "/", _ programs: [String]
    ) -> String {
        ClientCommand.command(
            path: path, ignoring: ignoring, executable: "/home/me/mortise/.build/release/mortise-sim",
            workingDirectory: directory, exists: programs.contains)
    }

    @Test func `mortise on the path is called by its name`() {
        #expect(Self.command("/bin:/usr/bin", ["/usr/bin/mortise", "/home/me/mortise/scripts/toolchain"]) == "mortise")
    }

    @Test func `in the tree it is called through the script that knows the toolchain, from wherever one stands`() {
        let tree = ["/home/me/mortise/scripts/toolchain", "/home/me/mortise/.build/release/mortise"]
        #expect(Self.command("/bin", in: "/home/me/mortise", tree) == "scripts/toolchain mortise")
        #expect(Self.command("/bin", in: "/home/me", tree) == "/home/me/mortise/scripts/toolchain mortise")
        // The script puts the built programs on its own path, which a second terminal does not have.
        let built = "/home/me/mortise/.build/release"
        #expect(
            Self.command("\(built):/bin", ignoring: built, in: "/home/me/mortise", tree) == "scripts/toolchain mortise")
    }

    @Test func `without the tree it is the program beside this one`() {
        let sibling = "/home/me/mortise/.build/release/mortise"
        #expect(Self.command("/bin", [sibling]) == sibling)
        #expect(Self.command("/bin", []) == "mortise")
    }
}
