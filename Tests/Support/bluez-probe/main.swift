import BlueZ
import Glibc
import SystemdRuntime

// A peripheral that echoes what centrals send, for tests on the virtual board. Prints a line for each event, with the board's
// boot time in nanoseconds. What a central can say besides:
//   authenticate   the link counts as authenticated (echoed like everything)
//   close          the link is closed
//   advertise      the advertisement changes: every byte of its payload counts up, and it is fast
// usage: bluez-probe [SLOTS [FAST-SECONDS]]
// SIGUSR1 is a press: the advertisement is fast again.

func say(_ text: String) {
    print(EventLoop.bootNanoseconds, text)
    fflush(nil)
}

final class Echo: BluetoothPeripheralDelegate {
    let peripheral: BluetoothPeripheral
    var payload: [UInt8] = [1, 0, 0, 0, 0, 0]
    /// What a link had no room for.
    var waiting: [LinkID: [UInt8]] = [:]

    init(_ peripheral: BluetoothPeripheral) { self.peripheral = peripheral }

    func linkOpened(_ link: LinkID, kind: LinkKind, maximumWrite: Int) {
        say("opened \(link) \(kind) \(maximumWrite)")
    }

    func linkReceived(_ link: LinkID, _ bytes: [UInt8]) {
        switch String(decoding: bytes, as: UTF8.self) {
        case "authenticate":
            say("authenticated \(link)")
            peripheral.authenticated(link)
        case "close":
            say("closing \(link)")
            peripheral.close(link)
            return
        case "advertise":
            payload = payload.map { $0 &+ 1 }
            try? peripheral.setAdvertisement(payload: payload, isFast: true)
        default: break
        }
        waiting[link, default: []] += bytes
        linkWritable(link)
    }

    func linkWritable(_ link: LinkID) {
        while let bytes = waiting[link], !bytes.isEmpty {
            let piece = Array(bytes.prefix(1024))
            guard peripheral.send(piece, on: link) else { return }
            waiting[link]?.removeFirst(piece.count)
        }
    }

    func linkClosed(_ link: LinkID) {
        waiting[link] = nil
        say("closed \(link)")
    }

    func conditionChanged(_ condition: BluetoothCondition) { say("condition \(condition)") }
}

try Signals.blockAll()
let loop = try EventLoop()
var configuration = PeripheralConfiguration()
if CommandLine.arguments.count > 1, let slots = Int(CommandLine.arguments[1]) { configuration.slots = slots }
if CommandLine.arguments.count > 2, let seconds = Int(CommandLine.arguments[2]) {
    configuration.fastFor = .seconds(seconds)
}
let peripheral = try BluetoothPeripheral.make(configuration, on: loop)
let echo = Echo(peripheral)
peripheral.delegate = echo
try peripheral.setAdvertisement(payload: echo.payload, isFast: true)
let press = try loop.onSignal(SIGUSR1) {
    try? peripheral.setAdvertisement(payload: echo.payload, isFast: true)
}
let end = try loop.onSignal(SIGTERM) {
    peripheral.stop()
    loop.exit()
}
let bus = try Bus(connectingTo: .system)
try bus.attach(to: loop)
try peripheral.connect(to: bus)
let internet = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
say("started, PSM \(peripheral.psm ?? 0), IP socket \(internet >= 0 ? "possible" : "refused (errno \(errno))")")
_ = try loop.run()
withExtendedLifetime((press, end, echo)) {}
