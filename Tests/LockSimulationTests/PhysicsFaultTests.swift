import LockCore
import LockSimulation
import Testing

@Suite("A fault of the simulated mechanism")
struct PhysicsFaultTests {
    @Test("obstruction: the bolt stops there, the current rises, the stall sensor asserts")
    func obstruction() throws {
        var rig = PhysicsRig()
        rig.model.inject(.obstruction(at: 12, .hard))
        let drive = rig.stroke(.extend)
        #expect(drive.arrival == nil)
        let stall = try #require(drive.stall)
        #expect(stall > .milliseconds(250) && stall < .milliseconds(320))
        #expect(drive.most > 12 && drive.most < 12.5)
        #expect(rig.model.levels.limits.position == .between)
        rig.model.remove(.obstruction(at: 0, .soft))
        #expect(rig.stroke(.extend).arrival != nil)
    }

    @Test("obstruction behind an extended bolt keeps it from retracting")
    func obstructionBehind() {
        var rig = PhysicsRig(position: 19.5)
        rig.model.inject(.obstruction(at: 8, .hard))
        let drive = rig.stroke(.retract)
        #expect(drive.arrival == nil && drive.stall != nil)
        #expect(drive.least < 8 && drive.least > 7.5)
    }

    @Test("soft obstruction: it is squeezed by some millimetres and pushes back")
    func softObstruction() {
        var rig = PhysicsRig()
        rig.model.inject(.obstruction(at: 12, .soft))
        let drive = rig.stroke(.extend)
        #expect(drive.arrival == nil && drive.stall != nil)
        #expect(drive.most > 15 && drive.most < 19)
        rig.run(.seconds(1))
        #expect(rig.model.position < drive.most - 2)
        #expect(rig.model.nextActivity == nil)
    }

    @Test("slipping gear: the motor turns freely, the bolt barely moves, nothing stalls; a hand still moves the bolt")
    func slippingGear() {
        var rig = PhysicsRig()
        rig.model.inject(.slippingGear)
        let drive = rig.drive(.extend)
        #expect(drive.arrival == nil && drive.stall == nil)
        #expect(drive.most > 0.1 && drive.most < 2)
        #expect(rig.model.motorVelocity > 40)
        rig.model.set(.safe)
        rig.model.perform(.thumbturnToEnd(.extend))
        rig.run(.seconds(4))
        #expect(rig.model.levels.limits.position == .extended)
        rig.model.remove(.slippingGear)
        #expect(rig.stroke(.retract).arrival != nil)
    }

    @Test("reversed motor: the bolt goes the other way")
    func reversed() {
        var rig = PhysicsRig(position: 10)
        rig.model.inject(.motorReversed)
        let drive = rig.drive(.extend)
        #expect(rig.model.levels.limits.position == .retracted)
        #expect(drive.least < 0.5 && drive.arrival == nil && drive.stall != nil)
    }

    @Test("disconnected motor: no current, no motion, no complaint")
    func disconnected() {
        var rig = PhysicsRig()
        rig.model.inject(.motorDisconnected)
        let drive = rig.drive(.extend)
        #expect(drive.peakCurrent == 0 && rig.model.position == 0 && drive.stall == nil)
        #expect(rig.edges.isEmpty)
    }

    @Test("stuck switch: it shows its level whatever the bolt does, and the truth when the fault ends")
    func stuck() {
        var rig = PhysicsRig()
        rig.model.inject(.limitStuck(.retracted, active: true))
        #expect(rig.stroke(.extend).arrival != nil)
        #expect(rig.model.levels.limits.position == .conflict)
        #expect(rig.edges(of: .retractedLimit).isEmpty)
        rig.model.remove(.limitStuck(.retracted, active: true))
        rig.run(.zero)
        #expect(rig.edges(of: .retractedLimit).map(\.isActive) == [false])

        rig.model.inject(.limitStuck(.extended, active: false))
        rig.run(.zero)
        #expect(rig.model.levels.limits.position == .between)
        #expect(rig.stroke(.retract).arrival != nil)
        #expect(rig.stroke(.extend).arrival == nil)
    }

    @Test("both limits active: so they are, on every position, until it ends")
    func bothActive() {
        var rig = PhysicsRig(position: 10)
        rig.model.inject(.bothLimitsActive)
        rig.run(.zero)
        #expect(rig.edges.map(\.line) == [.extendedLimit, .retractedLimit])
        rig.stroke(.extend)
        #expect(rig.model.levels.limits.position == .conflict)
        rig.model.removeAllFaults()
        #expect(rig.model.levels.limits.position == .extended)
    }

    @Test("noisy switch: it bounces for 30 to 80 ms")
    func noise() throws {
        var rig = PhysicsRig()
        rig.model.inject(.limitNoise(.extended))
        rig.stroke(.extend)
        let edges = rig.edges(of: .extendedLimit)
        let length = try #require(edges.last).at - #require(edges.first).at
        #expect(length > .milliseconds(25) && length <= .milliseconds(80))
        #expect(rig.model.levels.limits.position == .extended)
    }

    @Test("late edges: seen by so much later than without, the level at once")
    func late() throws {
        var punctual = PhysicsRig()
        var late = PhysicsRig()
        late.model.inject(.lateEdges(by: .milliseconds(20)))
        let usual = try #require(punctual.stroke(.extend).arrival)
        let delayed = try #require(late.stroke(.extend).arrival)
        #expect(delayed == usual + .milliseconds(20))

        var rig = PhysicsRig(position: 18.5)
        rig.model.inject(.lateEdges(by: .milliseconds(500)))
        rig.model.perform(.thumbturnToEnd(.extend))
        rig.run(.milliseconds(300))
        #expect(rig.model.levels.limits.extended && rig.edges.isEmpty)
        rig.run(.milliseconds(500))
        #expect(rig.edges(of: .extendedLimit).first?.isActive == true)
    }

    @Test("lost edges: the level changes and nobody is told, as often as was said")
    func lost() {
        var rig = PhysicsRig()
        rig.model.inject(.lostEdges(.extended, count: 1000))
        #expect(rig.stroke(.extend).arrival == nil)
        #expect(rig.model.levels.limits.position == .extended)
        #expect(rig.edges(of: .extendedLimit).isEmpty && !rig.edges(of: .retractedLimit).isEmpty)

        var once = PhysicsRig()
        once.model.inject(.lostEdges(.extended, count: 1))
        once.stroke(.extend)
        #expect(once.edges(of: .extendedLimit).first?.isActive == false)
        #expect(once.model.faults.isEmpty)
    }

    @Test("driver fault: the line asserts and the outputs are off, in mid-stroke too")
    func driver() {
        var rig = PhysicsRig()
        _ = rig.drive(.extend, cap: .milliseconds(200))
        rig.model.set(BridgeOutput(bridge: .extend, isAwake: true))
        rig.model.inject(.driverFault)
        rig.run(.milliseconds(1))
        #expect(rig.model.levels.driverFault && !rig.model.isEnergised && rig.model.current == 0)
        rig.model.remove(.driverFault)
        rig.run(.milliseconds(1))
        #expect(!rig.model.levels.driverFault && rig.model.isEnergised)
        #expect(rig.edges(of: .driverFault).map(\.isActive) == [true, false])
    }

    @Test("weak battery: the gauge says so, and used-up cells brown out")
    func weak() {
        var rig = PhysicsRig()
        rig.model.inject(.weakBattery(percent: 12))
        #expect(rig.model.battery == .level(percent: 12, millivolts: 4643))
        #expect(rig.stroke(.extend).arrival != nil && !rig.model.isBrownedOut)
        rig.model.inject(.weakBattery(percent: 2))
        rig.stroke(.retract)
        #expect(rig.model.isBrownedOut)
        rig.model.remove(.weakBattery(percent: 0))
        #expect(rig.model.battery == .level(percent: 100, millivolts: 6400))
    }

    @Test("brown-out: the pack looks full at rest and collapses under load, reported once at that instant")
    func brownOut() {
        var rig = PhysicsRig()
        rig.model.inject(.brownOut)
        #expect(rig.model.battery == .level(percent: 100, millivolts: 6400))
        let drive = rig.drive(.extend)
        #expect(drive.leastVoltage < 3.3)
        #expect(rig.model.isBrownedOut && rig.edges(of: .brownOut).count == 1)
        rig.model.set(.safe)
        rig.model.restorePower()
        rig.run(.seconds(1))
        #expect(!rig.model.isBrownedOut)
    }

    @Test("unreadable gauge: the reading says so")
    func gauge() {
        var rig = PhysicsRig()
        rig.model.inject(.gaugeUnreadable)
        #expect(rig.model.battery == .unreadable)
    }

    @Test("injected twice is there once, with the later figures")
    func replaced() {
        var rig = PhysicsRig()
        rig.model.inject(.limitStuck(.extended, active: true))
        rig.model.inject(.limitStuck(.retracted, active: true))
        rig.model.inject(.limitStuck(.extended, active: false))
        #expect(rig.model.faults == [.limitStuck(.retracted, active: true), .limitStuck(.extended, active: false)])
    }
}
