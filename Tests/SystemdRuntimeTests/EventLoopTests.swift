import Glibc
import SystemdRuntime
import TestBus
import Testing

extension SystemdRuntimeTests {
    @Suite struct EventLoopTests {
        let loop: EventLoop

        init() throws { loop = try EventLoop() }

        @Test func `timers fire in the order of their deadlines, once, and never early`() throws {
            let start = EventLoop.bootNanoseconds
            var fired: [(Int, Int64)] = []
            var timers: [LoopTimer] = []
            // Made in another order than they are due, one of them in the past, two of them a microsecond apart.
            let deadlines = [30_001_000, 10_000_000, -1, 20_000_000, 30_000_000].map { start + $0 }
            for (index, deadline) in deadlines.enumerated() {
                let timer = try loop.timer { fired.append((index, EventLoop.bootNanoseconds)) }
                #expect(!timer.isArmed)
                timer.arm(atBootNanoseconds: deadline)
                #expect(timer.isArmed)
                timers.append(timer)
            }
            let last = try loop.timer { fired.append((9, EventLoop.bootNanoseconds)) }
            last.arm(atBootNanoseconds: start + 40_000_000)
            try loop.run { fired.last?.0 == 9 }
            #expect(fired.map(\.0) == [2, 1, 3, 4, 0, 9])
            for (index, instant) in fired where index < deadlines.count { #expect(instant >= deadlines[index]) }
            for timer in timers { #expect(!timer.isArmed) }
        }

        @Test func `a cancelled timer, a dropped one and one that was put off do not fire`() throws {
            let start = EventLoop.bootNanoseconds
            var fired: [String] = []
            let cancelled = try loop.timer { fired.append("cancelled") }
            var dropped: LoopTimer? = try loop.timer { fired.append("dropped") }
            let moved = try loop.timer { fired.append("moved") }
            let last = try loop.timer { fired.append("last") }
            for timer in [cancelled, dropped, moved] { timer?.arm(atBootNanoseconds: start + 1_000_000) }
            cancelled.cancel()
            dropped = nil
            moved.arm(atBootNanoseconds: start + 10_000_000)
            last.arm(atBootNanoseconds: start + 5_000_000)
            try loop.run { fired.contains("moved") }
            #expect(fired == ["last", "moved"])
        }

        @Test func `a timer may be armed again in its own handler`() throws {
            var count = 0
            var timer: LoopTimer?
            timer = try loop.timer {
                count += 1
                if count < 3 { timer?.arm(atBootNanoseconds: EventLoop.bootNanoseconds + 1000) }
            }
            timer?.arm(atBootNanoseconds: 0)
            try loop.run { count == 3 }
            #expect(timer?.isArmed == false)
            timer = nil
        }

        @Test func `a timer of an earlier handler in the same round can be cancelled`() throws {
            var fired: [Int] = []
            var second: LoopTimer?
            let first = try loop.timer {
                fired.append(1)
                second?.cancel()
            }
            second = try loop.timer { fired.append(2) }
            let third = try loop.timer { fired.append(3) }
            first.arm(atBootNanoseconds: 1000)
            second?.arm(atBootNanoseconds: 2000)
            third.arm(atBootNanoseconds: 3000)
            try loop.run { fired.last == 3 }
            #expect(fired == [1, 3])
        }

        @Test func `a descriptor that becomes readable is reported, until its source is dropped in its own handler`()
            throws
        {
            let ends = try makePipe()
            defer { for end in ends { close(end) } }
            var events: [IOEvents] = []
            var source: EventSource?
            source = try loop.watch(ends[0], for: .readable) {
                events.append($0)
                source = nil
            }
            withExtendedLifetime(source) {}
            #expect(try !loop.runOnce(waitingAtMost: .zero))
            try #require(write(ends[1], "x", 1) == 1)
            try loop.run { !events.isEmpty }
            #expect(events == [.readable])
            // Still readable, and nobody is called any more.
            #expect(try !loop.runOnce(waitingAtMost: .zero))
        }

        @Test func `what is posted is done in order in the next round, and only so much of it`() throws {
            var done: [Int] = []
            for number in 0..<EventLoop.postLimit { #expect(loop.post { done.append(number) }) }
            #expect(!loop.post { done.append(-1) })
            #expect(done.isEmpty)
            try loop.run { !done.isEmpty }
            #expect(done == Array(0..<EventLoop.postLimit))
        }

        @Test func `deferred work is done once however often it was asked for`() throws {
            var count = 0
            let work = try loop.deferred { count += 1 }
            work.schedule()
            work.schedule()
            try loop.run { count > 0 }
            #expect(try !loop.runOnce(waitingAtMost: .zero))
            #expect(count == 1)
            work.schedule()
            work.cancel()
            #expect(try !loop.runOnce(waitingAtMost: .zero))
            #expect(count == 1)
        }

        @Test func `run ends with the code that was given`() throws {
            #expect(loop.post { loop.exit(7) })
            #expect(try loop.run() == 7)
        }

        @Test func `a signal arrives as an event`() throws {
            let outcome = try BlockingMailbox<Int32>(capacity: 1)
            // On a thread of its own: its mask is not given back.
            let thread = try WorkerThread(name: "signals", stackSize: 1 << 20) {
                _ = outcome.send((try? Self.receiveOwnSignal()) ?? -1)
            }
            guard case .message(let code) = outcome.receive(timeout: patience) else { throw Impatience() }
            #expect(code == 42)
            #expect(thread.finish(within: patience))
        }

        private static func receiveOwnSignal() throws -> Int32 {
            try Signals.blockAll()
            let loop = try EventLoop()
            let source = try loop.onSignal(SIGTERM) { loop.exit(42) }
            // To this thread and not to the process, whose other threads do not block it.
            pthread_kill(pthread_self(), SIGTERM)
            defer { withExtendedLifetime(source) {} }
            return try loop.run()
        }

        @Test func `an idle loop is not woken`() throws {
            let daemon = try PrivateBus()
            let started = try BlockingMailbox<String?>(capacity: 1)
            let stop = try Mailbox<Void>(capacity: 1)
            let address = daemon.address
            let thread = try WorkerThread(name: "idle", stackSize: 1 << 20) {
                if (try? Self.idle(address: address, stop: stop, started: started)) == nil { _ = started.send(nil) }
            }
            guard case .message(let path?) = started.receive(timeout: patience) else { throw Impatience() }
            let before = try switches(ofSleeping: path)
            // Elapsed time is what is measured here: how often a thread wakes that has no reason to, in a second.
            let pause = try BlockingMailbox<Void>(capacity: 1)
            _ = pause.receive(timeout: .seconds(1))
            let after = try switches(ofSleeping: path)
            #expect(after == before)
            #expect(stop.send(()))
            #expect(thread.finish(within: patience))
        }

        /// A loop with everything that a daemon has on it: a bus with a name, a mailbox, a timer far away.
        private static func idle(
            address: Bus.Address, stop: Mailbox<Void>, started: BlockingMailbox<String?>
        ) throws {
            let loop = try EventLoop()
            let bus = try Bus(connectingTo: address)
            try bus.requestName(BusFixture.name)
            try bus.attach(to: loop)
            let source = try loop.receive(from: stop) { loop.exit() }
            let timer = try loop.timer {}
            timer.arm(atBootNanoseconds: EventLoop.bootNanoseconds + 3_600_000_000_000)
            // The first rounds empty what connecting has left.
            while try loop.runOnce(waitingAtMost: .zero) {}
            var link = [CChar](repeating: 0, count: 64)
            let length = readlink("/proc/thread-self", &link, link.count)
            let path = String(decoding: link.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            _ = started.send("/proc/\(path)/status")
            _ = try loop.run()
            withExtendedLifetime((source, timer)) {}
        }

        /// How often the thread has given up the processor, read while it sleeps.
        private func switches(ofSleeping path: String) throws -> Int {
            let clock = ContinuousClock()
            let deadline = clock.now + patience
            while clock.now < deadline {
                let status = try contents(of: path)
                guard status.contains("State:\tS") else {
                    sched_yield()
                    continue
                }
                let line = try #require(
                    status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") })
                return try #require(Int(line.drop { !$0.isNumber }))
            }
            throw Impatience()
        }

        private func contents(of path: String) throws -> String {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            var bytes = [UInt8](repeating: 0, count: 8192)
            let count = read(descriptor, &bytes, bytes.count)
            try #require(count > 0)
            return String(decoding: bytes.prefix(count), as: UTF8.self)
        }
    }
}
