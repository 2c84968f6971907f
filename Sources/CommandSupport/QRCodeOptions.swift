import ArgumentParser

/// How a command draws its QR code.
package struct QRCodeOptions: ParsableArguments {
    @Flag(name: .long, help: "Draw the QR code with ASCII characters alone (default: where the locale is not UTF-8).")
    package var ascii = false

    @Flag(name: .long, help: "Without colour: draw dark on light, for a terminal whose background is light.")
    package var invert = false

    @Flag(name: .long, help: "Print the text alone.")
    package var noQr = false

    package init() {}

    /// The code and its text, for people.
    package func render(_ text: String, _ style: Style) -> String {
        guard !noQr, let code = try? QRCode.make(of: text) else { return text }
        let drawing = QRCode.Drawing(
            usesBlocks: !ascii && isUnicodeTerminal, isColoured: style.isColoured, isInverted: invert)
        return code.render(drawing) + "\n" + text
    }
}
