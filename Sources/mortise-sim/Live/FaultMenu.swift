import LockCore
import LockSimulation

/// The faults that a key puts in and takes out.
enum FaultMenu {
    struct Entry: Sendable {
        var key: Character
        var fault: Fault
    }

    static let entries: [Entry] = zip(
        // Without f, which closes the menu, and q, which ends the view.
        "abcdeghijklmnoprst",
        [
            .obstruction(at: 12, .hard), .obstruction(at: 8, .soft), .slippingGear, .motorReversed, .motorDisconnected,
            .driverFault, .limitStuck(.extended, active: false), .limitStuck(.extended, active: true),
            .limitStuck(.retracted, active: false), .limitStuck(.retracted, active: true), .bothLimitsActive,
            .limitNoise(.extended), .lateEdges(by: .milliseconds(20)), .lostEdges(.extended, count: 200),
            .weakBattery(percent: 12), .weakBattery(percent: 5), .brownOut, .gaugeUnreadable,
        ] as [Fault]
    ).map { Entry(key: $0, fault: $1) }
}
