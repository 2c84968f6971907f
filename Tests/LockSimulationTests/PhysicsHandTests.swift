import LockCore
import LockSimulation
import Testing

@Suite("A hand on the simulated lock")
struct PhysicsHandTests {
    @Test("turns the bolt to the end and to a position, and lets go")
    func thumbturn() {
        var rig = PhysicsRig()
        rig.model.perform(.thumbturnToEnd(.extend))
        rig.run(.seconds(2))
        #expect(rig.model.levels.limits.position == .extended)
        rig.model.perform(.thumbturn(to: 7))
        rig.run(.seconds(2))
        #expect(abs(rig.model.position - 7) < 0.3)
        #expect(rig.model.nextActivity == nil)
    }

    @Test("is stronger than the motor")
    func againstMotor() {
        var rig = PhysicsRig(position: 10)
        rig.model.perform(.thumbturnToEnd(.retract))
        _ = rig.drive(.extend, cap: .milliseconds(800), stopsAtLimit: false)
        #expect(rig.model.levels.limits.position == .retracted)
    }

    @Test("gives up on an obstruction after its patience")
    func patience() {
        var rig = PhysicsRig()
        rig.model.inject(.obstruction(at: 5, .hard))
        rig.model.perform(.thumbturnToEnd(.extend))
        rig.run(.milliseconds(2_900))
        #expect(rig.model.nextActivity != nil)
        rig.run(.milliseconds(600))
        #expect(rig.model.nextActivity == nil && rig.model.position < 5.5)
    }

    @Test("opens and closes the door, but not onto a bolt that is out")
    func door() {
        var rig = PhysicsRig()
        #expect(rig.model.perform(.door(open: true)) && rig.model.isDoorOpen)
        #expect(rig.model.perform(.door(open: false)) && !rig.model.isDoorOpen)
        rig.model.perform(.door(open: true))
        rig.stroke(.extend)
        #expect(!rig.model.perform(.door(open: false)) && rig.model.isDoorOpen)
        #expect(rig.edges(of: .door).map(\.isActive) == [true, false, true])
    }

    @Test("presses the button, which bounces, for as long as it is held")
    func button() throws {
        var rig = PhysicsRig()
        let start = rig.model.now
        rig.model.perform(.button(holding: .milliseconds(100)))
        rig.run(.milliseconds(50))
        #expect(rig.model.isButtonPressed)
        rig.run(.milliseconds(100))
        #expect(!rig.model.isButtonPressed)
        let edges = rig.edges(of: .insideButton)
        #expect(edges.first == ModelEdge(line: .insideButton, isActive: true, at: start))
        #expect(edges.count > 4)
        let last = try #require(edges.last)
        #expect(last.at - start >= .milliseconds(100) && last.at - start <= .milliseconds(105))
    }

    @Test("opens the case and changes the cells")
    func tamperAndCells() {
        var rig = PhysicsRig()
        rig.model.perform(.tamper(true))
        rig.model.perform(.tamper(true))
        rig.model.perform(.battery(percent: 50))
        rig.run(.zero)
        #expect(rig.model.isTampered && rig.edges.count == 1)
        #expect(rig.model.battery == .level(percent: 50, millivolts: 5200))
    }
}
