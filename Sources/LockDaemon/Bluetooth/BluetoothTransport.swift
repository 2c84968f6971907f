package import BlueZ
internal import SecureChannel
package import SystemdRuntime

/// Phones over Bluetooth LE: the daemon's ``PhoneTransport`` on a board.
///
/// It speaks with bluetoothd over the daemon's own connection to the bus and follows it when that is lost and made again
/// (``use(_:)``). Where there is no bluetoothd, no adapter or no radio, it waits until there is one; ``finding`` says which.
package final class BluetoothTransport: PhoneTransport {
    private let peripheral: BluetoothPeripheral
    private weak var delegate: (any PhoneTransportDelegate)?
    private var advertisement: PhoneAdvertisement?
    private var busProblem: SystemdError?

    /// Does nothing yet but listen for L2CAP channels, where the kernel has Bluetooth.
    package init(_ configuration: PeripheralConfiguration = PeripheralConfiguration(), on events: EventLoop)
        throws(SystemdError)
    {
        do {
            peripheral = try BluetoothPeripheral.make(configuration, on: events)
        } catch let error as SystemdError {
            throw error
        } catch {
            // EINVAL: its configuration is wrong.
            throw SystemdError(operation: "set Bluetooth up", errno: 22, advice: "\(error)")
        }
    }

    package func start(telling delegate: any PhoneTransportDelegate) {
        self.delegate = delegate
        peripheral.delegate = self
    }

    package func use(_ bus: Bus?) {
        busProblem = nil
        guard let bus else { return peripheral.disconnect() }
        do throws(SystemdError) {
            try peripheral.connect(to: bus)
        } catch {
            // The connection is as good as lost, which it is about to be told, and then made again.
            busProblem = error
            peripheral.disconnect()
        }
    }

    package func send(_ bytes: [UInt8], on link: PhoneLinkID) -> Bool { peripheral.send(bytes, on: LinkID(link)) }
    package func close(_ link: PhoneLinkID) { peripheral.close(LinkID(link)) }
    package func authenticated(_ link: PhoneLinkID) { peripheral.authenticated(LinkID(link)) }
    package func stop() { peripheral.stop() }

    package func advertise(_ advertisement: PhoneAdvertisement) {
        self.advertisement = advertisement
        guard let payload = nextPayload() else { return }
        // Somebody stands there while pairing is open. (The payload has as many bytes as there is room for.)
        try? peripheral.setAdvertisement(payload: payload, isFast: advertisement.isPairingOpen)
    }

    package var finding: String {
        if let busProblem { return "error: \(busProblem)" }
        switch peripheral.condition {
        case .ready:
            let channels = peripheral.psm.map { "L2CAP on PSM \($0)" } ?? "without L2CAP"
            let found = "phones can find the lock, \(peripheral.connectedCentrals) connected, \(channels)"
            let strays = peripheral.strayAdvertisements
            guard strays > 0 else { return "ok: \(found)" }
            return
                "warning: \(found); bluetoothd sends \(strays) more, of programs that are gone: systemctl restart bluetooth"
        case .failing: return "error: phones cannot find the lock: \(peripheral.condition)"
        case .notConnected, .noService, .noAdapter, .blocked, .starting:
            return "warning: phones cannot find the lock: \(peripheral.condition)"
        }
    }
}

extension BluetoothTransport: BluetoothPeripheralDelegate {
    package func linkOpened(_ link: LinkID, kind: LinkKind, maximumWrite: Int) {
        delegate?.linkOpened(PhoneLinkID(link))
    }

    package func linkReceived(_ link: LinkID, _ bytes: [UInt8]) { delegate?.linkReceived(PhoneLinkID(link), bytes) }
    package func linkClosed(_ link: LinkID) { delegate?.linkClosed(PhoneLinkID(link)) }
    /// What a link has no room for ends it, so nobody waits for room.
    package func linkWritable(_ link: LinkID) {}
    package func conditionChanged(_ condition: BluetoothCondition) {}

    package func nextPayload() -> [UInt8]? { advertisement?.nextPayload() }
}

extension PhoneAdvertisement {
    /// The pairing-open flag of the first byte; its lower half is the protocol's version.
    private static let pairingOpen: UInt8 = 0x80

    /// The manufacturer data that carries it, with a tag of its own each time.
    func nextPayload() -> [UInt8] { [version & 0x0F | (isPairingOpen ? Self.pairingOpen : 0)] + tag.next() }
}

extension LinkID {
    fileprivate init(_ link: PhoneLinkID) { self.init(number: link.rawValue) }
}

extension PhoneLinkID {
    fileprivate init(_ link: LinkID) { self.init(link.number) }
}
