import LockCore
import LockDaemon

/// The simulated board: the daemon's lines on the ``World``.
struct RealTimeBoard: Board {
    let name: String
    let boltLines: SimulatedBoltLines
    let loopLines: SimulatedLoopLines
    let gauge: SimulatedGauge

    init(name: String, world: World) {
        self.name = name
        boltLines = SimulatedBoltLines(world: world)
        loopLines = SimulatedLoopLines(world: world)
        gauge = SimulatedGauge(world: world)
    }
}

/// Motor and limit switches.
struct SimulatedBoltLines: BoltLines {
    let world: World
    var eventDescriptor: Int32 { world.boltEvents.descriptor }
    func set(_ output: BridgeOutput) throws(BoardError) { world.set(output) }
    func levels() throws(BoardError) -> BoltLevels { world.boltLevels }

    func nextEvent() throws(BoardError) -> BoltEvent? {
        switch world.boltEvents.take() {
        case .event(let event): event
        case .lost: .lost
        case .nothing: nil
        }
    }
}

/// Door, case and inside button.
struct SimulatedLoopLines: LoopLines {
    let world: World
    var eventDescriptor: Int32 { world.loopEvents.descriptor }
    func levels() throws(BoardError) -> LoopLevels { world.loopLevels }

    func nextEvent() throws(BoardError) -> LoopLineEvent? {
        switch world.loopEvents.take() {
        case .event(let event): event
        case .lost: .lost
        case .nothing: nil
        }
    }
}

/// The battery's gauge, which says when there is news.
struct SimulatedGauge: Gauge {
    let world: World
    func read() -> BatteryReading { world.battery }
    var changeDescriptor: Int32? { world.gaugeNews.descriptor }
    func takeChange() -> Bool {
        while case .event = world.gaugeNews.take() {}
        return true
    }
}
