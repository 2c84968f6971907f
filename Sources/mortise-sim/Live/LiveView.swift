import Configuration
import Glibc
import LockCore
import LockDaemon
import LockSimulation
import SystemdRuntime

/// The live view: draws what happens, at most ``framesPerSecond`` times a second while something does, and not at all otherwise.
final class LiveView {
    private static let framesPerSecond = 20

    private let session: LockSession
    private let terminal: Terminal
    private var screen = Screen()
    private var model: LiveModel
    private var keys: EventSource?
    private var resize: EventSource?
    private var phones: PhoneWatch?
    private var frame: LoopTimer?
    private var lastFrame = Instant.zero
    private var isFrameDue = false
    private var thumbturn = Direction.extend

    /// Shows a lock until its user leaves. Gives the exit code. The daemon's words go into a file beside its store.
    static func show(_ stateDirectory: String, _ options: (Journal) throws -> LockSession.Options) throws -> Int32 {
        try StateDirectory.make(stateDirectory)
        let log = open(stateDirectory + "/mortise-sim.log", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard log >= 0 else { throw SetupFailure("write \(stateDirectory)/mortise-sim.log", errno: errno) }
        defer { close(log) }
        let journal = Journal(identifier: "mortised", destination: .lines(fileDescriptor: log))
        let session = try LockSession(try options(journal))
        let isClean = try LiveView(session).run()
        if !isClean { complain("mortise-sim: \(session.failure ?? "a thread did not end in time")") }
        return isClean ? 0 : 1
    }

    private init(_ session: LockSession) throws {
        self.session = session
        let now = BootClock.now()
        model = LiveModel(
            mechanism: session.lock.world.snapshot.model, address: session.address, board: session.lock.profile.name,
            now: now)
        model.command = ClientCommand.onThisMachine()
        model.phoneCommand =
            ([ClientCommand.onThisMachine("mortise-sim"), "phone"] + session.phoneArguments).joined(separator: " ")
        model.phones.obstacle = session.phoneObstacle
        terminal = try Terminal()
    }

    private func run() throws -> Bool {
        frame = try session.events.timer { [unowned self] in draw() }
        keys = try session.events.watch(STDIN_FILENO, for: .readable) { [unowned self] _ in hear() }
        resize = try session.events.onSignal(SIGWINCH) { [unowned self] in
            screen.forget()
            drawSoon()
        }
        session.onTurn = { [unowned self] in
            model.take($0)
            drawSoon()
        }
        session.onPassedOver = { [unowned self] command, origin in
            model.pass(over: command, from: origin, at: BootClock.now())
            drawSoon()
        }
        phones = try PhoneWatch(session.address, on: session.events) { [unowned self] in
            model.take($0, at: BootClock.now())
            drawSoon()
        }
        session.onPhones = { [unowned self] _ in phones?.look() }
        session.onMove = { [unowned self] in drawSoon() }
        session.onPower = { [unowned self] isOn in
            model.isPowered = isOn
            model.status = nil
            model.note(.trouble, isOn ? "the power is back" : "the power is gone", at: BootClock.now())
            drawSoon()
        }
        draw()
        defer {
            keys = nil
            resize = nil
            phones = nil
        }
        return try session.run()
    }

    // MARK: Drawing

    private func drawSoon() {
        guard !isFrameDue else { return }
        isFrameDue = true
        frame?.arm(atBootNanoseconds: (lastFrame + .milliseconds(1000 / Self.framesPerSecond)).nanoseconds)
    }

    private func draw() {
        isFrameDue = false
        lastFrame = BootClock.now()
        // Before looking: what moves after the look is told again.
        session.lock.tookMove()
        model.now = lastFrame
        model.mechanism = session.lock.world.snapshot.model
        model.conditions = session.conditions
        terminal.write(screen.update(to: LiveFrame.draw(model, in: terminal.size)))
        countDown()
    }

    /// The relock countdown changes once a second.
    private func countDown() {
        guard let deadline = model.status?.relockDeadline, deadline > lastFrame else { return }
        let left = (deadline - lastFrame).wholeNanoseconds
        let next = lastFrame + .nanoseconds((left - 1) % 1_000_000_000 + 1)
        frame?.arm(atBootNanoseconds: next.nanoseconds)
    }

    // MARK: Keys

    private func hear() {
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        guard count > 0 else {
            if count == 0 || errno != EINTR { session.events.exit() }
            return
        }
        let bytes = buffer[..<count]
        // Arrows and their like are sequences after an escape; alone, it leaves the menu.
        if bytes.first == 0x1B {
            if count == 1 { model.isChoosingFault = false }
        } else {
            for byte in bytes { press(Character(UnicodeScalar(byte))) }
        }
        drawSoon()
    }

    private func press(_ key: Character) {
        if key == "\u{3}" { return session.events.exit() }
        if model.isChoosingFault { return choose(key) }
        switch key {
        case "q": session.events.exit()
        case "f": model.isChoosingFault = true
        default: command(key)
        }
    }

    private func choose(_ key: Character) {
        if key == "0" { return note(session.perform(.endAllFaults), "no faults any more") }
        guard let entry = FaultMenu.entries.first(where: { $0.key == key }) else {
            model.isChoosingFault = false
            return
        }
        if case .clockJump = entry.action {
            // Each press is another jump; 0 sets the clock right.
            note(session.perform(entry.action), entry.label)
        } else if session.conditions.contains(entry.action) {
            note(session.end(entry.action), "no longer: \(entry.label)")
        } else {
            note(session.perform(entry.action), "fault: \(entry.label)")
        }
    }

    private func note(_ complaint: String?, _ text: String) {
        model.note(.hand, complaint.map { "\(text): \($0)" } ?? text, at: BootClock.now())
    }

    private func perform(_ words: String, _ text: String) {
        do throws(PhraseError) {
            note(session.perform(try ScenarioAction(text: words)), text)
        } catch {
            model.note(.trouble, "\(error)", at: BootClock.now())
        }
    }

    private func command(_ key: Character) {
        switch key {
        case "l": ask(.lock)
        case "u": ask(.unlock)
        case "c": ask(.calibrate)
        case "k": ask(.acknowledge)
        case "b": act(.hand(.button(holding: .milliseconds(150))), "inside button")
        case "d":
            let open = !model.mechanism.isDoorOpen
            act(.hand(.door(open: open)), open ? "door opened" : "door closed")
        case "t":
            let isOut = model.mechanism.position > model.mechanism.parameters.travel / 2
            act(
                .hand(.thumbturnToEnd(isOut ? .retract : .extend)),
                "thumbturn to the \(isOut ? "retracted" : "extended") end")
        case "T": act(.hand(.thumbturn(to: model.mechanism.parameters.travel / 2)), "thumbturn to mid-travel")
        case "x":
            let open = !model.mechanism.isTampered
            act(.hand(.tamper(open)), open ? "case opened" : "case shut")
        case "+", "=", "-":
            guard case .level(let percent, _) = model.mechanism.battery else { return }
            let new = min(100, max(0, percent + (key == "-" ? -10 : 10)))
            act(.hand(.battery(percent: new)), "cells of \(new) %")
        case "r":
            let isOn = model.status?.settings.autoRelockMilliseconds != nil
            ask(.setAutoRelock(isOn ? nil : .seconds(10)))
        case "m":
            let modes = OperatingMode.allCases
            let index = model.status.flatMap { modes.firstIndex(of: $0.settings.mode) } ?? 0
            ask(.setMode(modes[(index + 1) % modes.count]))
        case "p": perform(LiveKeys.powerCut, "power cut")
        case "s": perform(LiveKeys.diskStall, "the disk stands still for 5 s")
        default: break
        }
    }

    private func ask(_ command: ScenarioCommand) {
        let complaint = session.perform(.command(command, from: .local(user: getuid()), name: nil))
        if let complaint { model.note(.trouble, "not asked: \(complaint)", at: BootClock.now()) }
    }

    private func act(_ action: WorldAction, _ text: String) {
        let isDone = session.lock.world.act(action)
        model.note(.hand, isDone ? text : "\(text): not possible now", at: BootClock.now())
    }
}
