import LockCore
import LockSimulation
import Testing

@Suite("A stroke of the simulated bolt")
struct PhysicsStrokeTests {
    @Test("takes 0.4 to 0.5 s with new cells", arguments: Direction.allCases)
    func duration(direction: Direction) throws {
        var rig = PhysicsRig(position: direction == .extend ? 0 : 20)
        let arrival = try #require(rig.stroke(direction).arrival)
        #expect(arrival > .milliseconds(390) && arrival < .milliseconds(500))
        #expect(rig.model.levels.limits.position == (direction == .extend ? .extended : .retracted))
    }

    @Test("takes longer the emptier the cells, and still arrives in the cap at 10 percent")
    func weakCells() throws {
        var last = Duration.zero
        for percent in [100, 75, 50, 25, 10] {
            var rig = PhysicsRig()
            rig.model.perform(.battery(percent: percent))
            let arrival = try #require(rig.stroke(.extend).arrival)
            #expect(arrival > last, "\(percent) %")
            last = arrival
        }
        #expect(last < .milliseconds(900))
    }

    @Test("is slower outward than home, because the spring pushes home")
    func spring() throws {
        var rig = PhysicsRig()
        rig.model.perform(.door(open: true))
        let out = try #require(rig.stroke(.extend).arrival)
        let home = try #require(rig.stroke(.retract).arrival)
        #expect(out > home)
    }

    @Test("is slower into a strike than with the door open, and stalls in a badly misaligned one")
    func strike() throws {
        var open = PhysicsRig()
        open.model.perform(.door(open: true))
        var closed = PhysicsRig()
        let free = try #require(open.stroke(.extend).arrival)
        let rubbing = try #require(closed.stroke(.extend).arrival)
        #expect(rubbing > free)

        var parameters = PhysicalParameters()
        parameters.strikeFriction = 80
        var misaligned = PhysicsRig(parameters)
        let drive = misaligned.stroke(.extend)
        #expect(drive.arrival == nil)
        #expect(drive.stall != nil)
    }

    @Test("never leaves the stops by more than their compliance, even far past the limit")
    func compliance() {
        for direction in Direction.allCases {
            var rig = PhysicsRig(position: direction == .extend ? 0 : 20)
            let compliance = rig.model.parameters.compliance
            let drive = rig.drive(direction, cap: .milliseconds(1350), stopsAtLimit: false)
            #expect(drive.least > -compliance && drive.most < 20 + compliance)
            #expect(drive.least < 0 || drive.most > 20, "the stop must have been reached for this to mean anything")
        }
    }

    @Test("draws its inrush from the battery: the voltage sags and the stall sensor asserts within the blanking")
    func inrush() throws {
        var rig = PhysicsRig()
        let drive = rig.stroke(.extend)
        #expect(drive.peakCurrent > 1.1 && drive.peakCurrent < 1.4)
        #expect(drive.leastVoltage < 5.8 && drive.leastVoltage > 5.4)
        let stall = rig.edges(of: .stall)
        #expect(stall.map(\.isActive) == [true, false])
        #expect(drive.stall == nil)
    }

    @Test("stops sooner when it is braked than when it coasts")
    func braking() {
        var distance: [Bridge: Double] = [:]
        for end in [Bridge.brake, .coast] {
            var rig = PhysicsRig()
            _ = rig.drive(.extend, cap: .milliseconds(200), end: end)
            let start = rig.model.position
            #expect(rig.model.velocity > 40)
            rig.run(.milliseconds(400))
            #expect(!rig.model.isMoving)
            distance[end] = rig.model.position - start
        }
        let braked = distance[.brake] ?? .infinity
        let coasted = distance[.coast] ?? 0
        #expect(braked > 0 && braked * 3 < coasted)
    }

    @Test("ends, braked at the switch, between the switch and the stop")
    func rest() {
        var rig = PhysicsRig()
        rig.stroke(.extend)
        #expect(rig.model.position > 19 && rig.model.position < 20)
        #expect(rig.model.nextActivity == nil)
    }

    @Test("only ever adds to the charge and the energy drawn")
    func drawnMonotone() {
        var rig = PhysicsRig()
        var random = SplitMix64(seed: 3)
        var charge = 0.0
        var energy = 0.0
        for _ in 0..<4000 {
            act(&rig.model, &random)
            rig.run(.microseconds(random.draw(0...20_000)))
            #expect(rig.model.chargeDrawn >= charge && rig.model.energyDrawn >= energy)
            charge = rig.model.chargeDrawn
            energy = rig.model.energyDrawn
        }
        #expect(charge > 0 && energy > charge * 3)
    }

    @Test("warms the winding, which cools at rest")
    func heat() {
        var rig = PhysicsRig()
        rig.model.inject(.obstruction(at: 5, .hard))
        _ = rig.drive(.extend, cap: .seconds(20), end: .coast)
        rig.model.set(.safe)
        rig.run(.seconds(1))
        let hot = rig.model.windingTemperature
        #expect(hot > 28 && hot < 40)
        rig.run(.seconds(240))
        let tepid = rig.model.windingTemperature
        // One time constant: a factor e, to within the few percent that the rational form is off.
        #expect(abs((tepid - 20) / (hot - 20) - 0.368) < 0.02)
        rig.run(.seconds(86_400))
        #expect(rig.model.windingTemperature < 20.01)
    }

    @Test("does not begin before the driver is awake")
    func wake() throws {
        var rig = PhysicsRig()
        rig.model.set(BridgeOutput(bridge: .extend, isAwake: true))
        rig.run(.microseconds(999))
        #expect(!rig.model.isEnergised && rig.model.current == 0)
        rig.run(.microseconds(101))
        #expect(rig.model.isEnergised && rig.model.energisedDirection == .extend && rig.model.current > 0)
        rig.model.set(BridgeOutput(bridge: .extend, isAwake: false))
        #expect(!rig.model.isEnergised)
    }

    @Test("reversed at full speed without a dead time trips the driver, until it has slept")
    func plugging() {
        var rig = PhysicsRig()
        _ = rig.drive(.extend, cap: .milliseconds(200))
        rig.model.set(BridgeOutput(bridge: .retract, isAwake: true))
        rig.run(.milliseconds(50))
        #expect(rig.model.levels.driverFault && !rig.model.isEnergised)
        rig.model.set(BridgeOutput(bridge: .coast, isAwake: true))
        rig.run(.milliseconds(50))
        #expect(rig.model.levels.driverFault)
        rig.model.set(.safe)
        rig.run(.milliseconds(1))
        #expect(!rig.model.levels.driverFault)
        #expect(rig.edges(of: .driverFault).map(\.isActive) == [true, false])
    }

    @Test("bounces at each switch, for 0.5 to 5 ms, and rests at the true level")
    func bounce() throws {
        for seed in 0..<50 as Range<UInt64> {
            var rig = PhysicsRig(seed: seed)
            rig.stroke(.extend)
            for line in [ModelLine.extendedLimit, .retractedLimit] {
                let edges = rig.edges(of: line)
                let first = try #require(edges.first)
                let last = try #require(edges.last)
                #expect(edges.count >= 3 && edges.count <= 127)
                #expect(last.at - first.at <= .milliseconds(5))
                #expect(first.isActive == (line == .extendedLimit) && last.isActive == first.isActive)
                for (before, after) in zip(edges, edges.dropFirst()) {
                    #expect(before.isActive != after.isActive && before.at < after.at)
                }
            }
        }
    }
}
