import Glibc
import SystemdRuntime
import TestBus
import Testing

extension SystemdRuntimeTests {
    @Suite struct MailboxTests {
        @Test func `a full mailbox refuses and keeps what it has`() throws {
            let mailbox = try Mailbox<Int>(capacity: 3)
            #expect((0..<5).map { mailbox.send($0) } == [true, true, true, false, false])
            var received: [Int] = []
            mailbox.drain { received.append($0) }
            #expect(received == [0, 1, 2])
            #expect(mailbox.send(9))
        }

        @Test func `messages of several threads arrive whole and each thread's in order`() throws {
            struct Message: Sendable {
                var sender: Int
                var number: Int
            }
            let senders = 4
            let each = 5000
            let loop = try EventLoop()
            // Far fewer places than messages, so that refusals and wrap-around happen.
            let mailbox = try Mailbox<Message>(capacity: 16)
            let threads = try (0..<senders).map { sender in
                try WorkerThread(name: "sender \(sender)", stackSize: 1 << 18) {
                    for number in 0..<each {
                        while !mailbox.send(Message(sender: sender, number: number)) { sched_yield() }
                    }
                }
            }
            var received = [[Int]](repeating: [], count: senders)
            let source = try loop.receive(from: mailbox) { received[$0.sender].append($0.number) }
            try loop.run { received.allSatisfy { $0.count >= each } }
            for numbers in received { #expect(numbers == Array(0..<each)) }
            for thread in threads { #expect(thread.finish(within: patience)) }
            #expect(try !loop.runOnce(waitingAtMost: .zero))
            withExtendedLifetime(source) {}
        }

        @Test func `a real-time thread's mailbox hands over every message whole, once and in order`() throws {
            // Lives on the heap, so that a slot that is freed twice or not at all shows under the sanitizers.
            final class Parcel: Sendable {
                let number: Int
                init(_ number: Int) { self.number = number }
            }
            let count = 200_000
            let loop = try EventLoop()
            // Far fewer places than messages, so that refusals and wrap-around happen.
            let mailbox = try RealtimeMailbox<Parcel>(capacity: 7)
            let thread = try WorkerThread(name: "sender", stackSize: 1 << 18) {
                for number in 0..<count {
                    while !mailbox.send(Parcel(number)) { sched_yield() }
                }
            }
            var received: [Int] = []
            received.reserveCapacity(count)
            let source = try loop.receive(from: mailbox) { received.append($0.number) }
            try loop.run { received.count >= count }
            #expect(received == Array(0..<count))
            #expect(thread.finish(within: patience))
            withExtendedLifetime(source) {}
        }

        @Test func `a full real-time mailbox refuses, and what nobody takes is freed with it`() throws {
            final class Parcel: Sendable {}
            weak var waiting: Parcel?
            do {
                let mailbox = try RealtimeMailbox<Parcel>(capacity: 2)
                #expect((0..<3).map { _ in mailbox.send(Parcel()) } == [true, true, false])
                var taken = 0
                mailbox.drain { _ in taken += 1 }
                #expect(taken == 2)
                let parcel = Parcel()
                waiting = parcel
                #expect(mailbox.send(parcel))
            }
            #expect(waiting == nil)
        }

        @Test func `a taker that stands still in a message holds up no sender`() throws {
            let mailbox = try RealtimeMailbox<Int>(capacity: 2)
            _ = mailbox.send(0)
            var sentMeanwhile: [Bool] = []
            mailbox.drain { number in
                guard number == 0 else { return }
                sentMeanwhile = (1...3).map { mailbox.send($0) }
            }
            // The slot of the message at hand is free again.
            #expect(sentMeanwhile == [true, true, false])
        }

        @Test func `a handler that sends to its own mailbox does not keep the loop from its other work`() throws {
            let loop = try EventLoop()
            let mailbox = try Mailbox<Int>(capacity: 2)
            var count = 0
            let source = try loop.receive(from: mailbox) { number in
                count += 1
                _ = mailbox.send(number + 1)
            }
            let timer = try loop.timer { loop.exit(1) }
            timer.arm(atBootNanoseconds: EventLoop.bootNanoseconds + 1_000_000)
            _ = mailbox.send(0)
            #expect(try loop.run() == 1)
            #expect(count > 0)
            withExtendedLifetime(source) {}
        }

        @Test func `waiting for a message ends with it, with the time, or with the end`() throws {
            let mailbox = try BlockingMailbox<Int>(capacity: 2)
            guard case .timedOut = mailbox.receive(timeout: .milliseconds(1)) else { throw Impatience() }
            #expect((0..<3).map { mailbox.send($0) } == [true, true, false])
            mailbox.close()
            #expect(!mailbox.send(3))
            var received: [Int] = []
            while case .message(let number) = mailbox.receive(timeout: nil) { received.append(number) }
            #expect(received == [0, 1])
            guard case .closed = mailbox.receive(timeout: nil) else { throw Impatience() }
        }

        @Test func `a worker is woken by a message and by the end, and has its name`() throws {
            let work = try BlockingMailbox<Int>(capacity: 8)
            let results = try BlockingMailbox<String>(capacity: 8)
            let thread = try WorkerThread(name: "a name that is too long", stackSize: 1) {
                while case .message(let number) = work.receive(timeout: nil) {
                    var bytes = [UInt8](repeating: 0, count: 32)
                    let descriptor = open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
                    let count = read(descriptor, &bytes, bytes.count)
                    close(descriptor)
                    let name = String(decoding: bytes.prefix(max(count - 1, 0)), as: UTF8.self)
                    _ = results.send("\(name) \(number)")
                }
            }
            #expect(!thread.finish(within: .milliseconds(1)))
            #expect(work.send(7))
            guard case .message(let result) = results.receive(timeout: patience) else { throw Impatience() }
            #expect(result == "a name that is  7")
            work.close()
            #expect(thread.finish(within: patience))
            #expect(thread.finish(within: .zero))
        }
    }
}
