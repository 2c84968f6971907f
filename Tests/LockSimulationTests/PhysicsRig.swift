import LockCore
import LockSimulation

/// Drives a model by hand, as the bolt thread would.
struct PhysicsRig {
    var model: PhysicalModel
    var edges: [ModelEdge] = []

    init(_ parameters: PhysicalParameters = PhysicalParameters(), seed: UInt64 = 1, position: Double = 0) {
        model = PhysicalModel(
            parameters: parameters, seed: seed, at: Instant(nanoseconds: 5_000_000_000), position: position)
    }

    /// How one drive went.
    struct Drive {
        /// From energising to the first edge of the awaited switch; nil: it never came.
        var arrival: Duration?
        /// From energising to the first assertion of the stall sensor after blanking.
        var stall: Duration?
        var peakCurrent = 0.0
        var leastVoltage = Double.infinity
        var least = Double.infinity
        var most = -Double.infinity
    }

    mutating func run(_ duration: Duration) {
        model.advance(to: model.now + duration) { edges.append($0) }
    }

    /// Wakes the driver, drives until the limit or the cap, and leaves the motor in `end`.
    mutating func drive(
        _ direction: Direction, cap: Duration = .milliseconds(900), blanking: Duration = .milliseconds(60),
        stopsAtLimit: Bool = true, end: Bridge = .brake
    ) -> Drive {
        model.set(BridgeOutput(bridge: .coast, isAwake: true))
        run(.milliseconds(2))
        model.set(BridgeOutput(bridge: direction == .extend ? .extend : .retract, isAwake: true))
        let start = model.now
        var drive = Drive()
        while model.now < start + cap {
            let edge = model.run(until: min(model.now + .microseconds(200), start + cap))
            drive.peakCurrent = max(drive.peakCurrent, model.current.magnitude)
            drive.leastVoltage = min(drive.leastVoltage, model.terminalVoltage)
            drive.least = min(drive.least, model.position)
            drive.most = max(drive.most, model.position)
            guard let edge else { continue }
            edges.append(edge)
            if edge.line == .stall, edge.isActive, edge.at - start > blanking, drive.stall == nil {
                drive.stall = edge.at - start
            }
            if edge.line == ModelLine(direction.limit), edge.isActive, drive.arrival == nil {
                drive.arrival = edge.at - start
                if stopsAtLimit { break }
            }
        }
        model.set(BridgeOutput(bridge: end, isAwake: true))
        return drive
    }

    /// A whole stroke: drive, brake, sleep, rest.
    @discardableResult
    mutating func stroke(_ direction: Direction, cap: Duration = .milliseconds(900)) -> Drive {
        let drive = drive(direction, cap: cap)
        run(.milliseconds(60))
        model.set(.safe)
        run(.milliseconds(200))
        return drive
    }

    /// The edges of one line.
    func edges(of line: ModelLine) -> [ModelEdge] { edges.filter { $0.line == line } }
}

/// One chord of a random walk: something a harness may do to the model.
func act(_ model: inout PhysicalModel, _ random: inout SplitMix64) {
    switch random.draw(0...9) {
    case 0...3:
        let bridge = Bridge.allCases[Int(random.draw(0...3))]
        model.set(BridgeOutput(bridge: bridge, isAwake: random.draw(0...4) > 0))
    case 4: model.inject(Fault.allCases[Int(random.draw(0...Int64(Fault.allCases.count - 1)))])
    case 5: model.inject(.obstruction(at: Double(random.draw(0...200)) / 10, random.draw(0...1) == 0 ? .hard : .soft))
    case 6: model.remove(Fault.allCases[Int(random.draw(0...Int64(Fault.allCases.count - 1)))])
    case 7: model.removeAllFaults()
    case 8:
        let hands: [Hand] = [
            .door(open: true), .door(open: false), .thumbturn(to: 10), .thumbturnToEnd(.extend),
            .thumbturnToEnd(.retract),
            .releaseThumbturn, .button(holding: .milliseconds(30)), .tamper(true), .tamper(false),
            .battery(percent: 60),
        ]
        model.perform(hands[Int(random.draw(0...Int64(hands.count - 1)))])
    default: break
    }
}
