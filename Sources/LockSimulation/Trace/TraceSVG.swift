import LockCore

/// Draws a trace for people: what the bolt did, what drove it, and what the switches said, over time.
package enum TraceSVG {
    /// Room for the lanes' names.
    static let left = 150.0
    /// Room for what is written at a line's end.
    static let right = 128.0
    /// How wide the lanes are at least.
    static let leastWidth = 1000.0
    static let grid = "#e3e8ee"
    static let ink = "#1f2933"
    static let faint = "#6b7785"

    /// The picture as an SVG document without references to anything outside it. The same trace gives the same bytes.
    package static func render(_ trace: Trace) -> String {
        var picture = TracePicture(trace, axis: TimeAxis(trace, left: left, width: leastWidth))
        picture.draw()
        let width = SVGText.number(picture.axis.right + right)
        let height = SVGText.number(picture.height)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
            font-family="DejaVu Sans, Verdana, Helvetica, Arial, sans-serif">
            <title>\(SVGText.escaped(trace.title))</title>
            <rect width="100%" height="100%" fill="#ffffff"/>
            \(picture.svg.text)</svg>

            """
    }
}
