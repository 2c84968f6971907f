/// The models there are: a closed list, so that no text of a board's can become telemetry. A new board is a new case.
package enum DeviceModel: String, Hashable, Sendable, CaseIterable {
    case raspberryPiZero2WDRV8833 = "rpi-zero-2w-drv8833"
    case simulated
    case virtualBoard = "virtual-board"

    /// By the board profile's `compatible`; nil: not in the list, and then no model is recorded.
    package init?(compatible: String) {
        switch compatible {
        case "raspberrypi,model-zero-2-w": self = .raspberryPiZero2WDRV8833
        case "mortise,simulated": self = .simulated
        case "mortise,virtual-board": self = .virtualBoard
        default: return nil
        }
    }
}
