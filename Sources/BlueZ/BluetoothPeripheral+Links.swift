import CBluetooth
import SystemdRuntime

/// Links: made, fed and ended.
extension BluetoothPeripheral {
    /// An attribute's value travels with a head of three bytes.
    private static let attributeHead = 3
    /// The least MTU there is (Core specification, volume 3, part G, 5.2.1).
    private static let leastMTU = 23

    /// What the info characteristic says to a central.
    func info(for device: String) -> [UInt8] {
        connected(device)
        centrals.heard(device)
        let psm = channels?.psm ?? 0
        let index = centrals[device]?.index.map { UInt8(clamping: $0) } ?? 255
        return [configuration.protocolVersion, UInt8(psm & 0xFF), UInt8(psm >> 8), index]
    }

    func listen() {
        guard channels == nil else { return }
        channels = ChannelListener(on: loop) { [unowned self] descriptor, address, maximum in
            channelCame(descriptor, address, maximum)
        }
    }

    // MARK: GATT

    /// A central subscribes: one end of a pair goes to bluetoothd. A subscription over an older one replaces it.
    func subscribe(_ device: String, index: Int, mtu: Int) -> (descriptor: Int32, mtu: Int)? {
        connected(device)
        guard centrals[device]?.index == index else { return nil }
        if let old = gattLink(of: device) { closed(old.id) }
        var ends: [Int32] = [-1, -1]
        guard cbt_pair(&ends) == 0 else { return nil }
        let ours = Descriptor(adopting: ends[0])
        let theirs = Descriptor(adopting: ends[1])
        let mtu = max(mtu, Self.leastMTU)
        guard open(.gatt, of: device, ours, maximum: mtu - Self.attributeHead) else { return nil }
        lent = theirs
        return (theirs.number, mtu)
    }

    func subscribed(_ device: String) {
        // The answer has a duplicate of its own.
        lent = nil
        announce(gattLink(of: device))
    }

    func received(_ bytes: [UInt8], from device: String, mtu: Int) -> Bool {
        guard let link = gattLink(of: device) else { return false }
        link.enlarge(to: mtu - Self.attributeHead)
        if !bytes.isEmpty { delegate?.linkReceived(link.id, bytes) }
        return true
    }

    private func gattLink(of device: String) -> Link? {
        for id in centrals[device]?.links ?? [] {
            if let link = links[id], link.kind == .gatt { return link }
        }
        return nil
    }

    // MARK: L2CAP

    private func channelCame(_ descriptor: Descriptor, _ address: String, _ maximum: Int) {
        // The path that bluetoothd gives to the device of this address, which it may announce a moment later.
        let adapter = supervision.adapter ?? "/org/bluez/hci0"
        let path = adapter + "/dev_" + String(address.map { $0 == ":" ? "_" : $0 })
        connected(path)
        guard open(.l2cap, of: path, descriptor, maximum: maximum) else { return }
        announce(links[LinkID(number: numberOfLinks)])
    }

    // MARK: Both

    private func open(_ kind: LinkKind, of central: String, _ descriptor: Descriptor, maximum: Int) -> Bool {
        let id = LinkID(number: numberOfLinks + 1)
        guard centrals.opened(id, by: central) else { return false }
        do throws(SystemdError) {
            links[id] = try Link(
                id, kind, to: central, descriptor: descriptor, maximumWrite: maximum, on: loop
            ) { [unowned self] event in
                switch event {
                case .received(let bytes): if links[id] != nil { delegate?.linkReceived(id, bytes) }
                case .writable: if links[id] != nil { delegate?.linkWritable(id) }
                case .closed: hungUp(id, central)
                }
            }
        } catch {
            centrals.closed(id, of: central, at: EventLoop.bootNanoseconds)
            return false
        }
        numberOfLinks += 1
        return true
    }

    private func announce(_ link: Link?) {
        guard let link else { return }
        delegate?.linkOpened(link.id, kind: link.kind, maximumWrite: link.maximumWrite)
    }

    /// The other side has ended it, or bluetoothd has. A central without a link has nothing to stay for, and one that does not know
    /// that it has none would wait for answers.
    private func hungUp(_ id: LinkID, _ central: String) {
        lingering.removeAll { $0.link.id == id }
        closed(id)
        if let state = centrals[central], state.links.isEmpty { dismiss(central) }
    }

    /// Over, and the delegate hears of it.
    func closed(_ id: LinkID) {
        guard let link = links[id] else { return }
        over(link)
        delegate?.linkClosed(id)
    }

    func over(_ link: Link) {
        link.end()
        forget(link)
    }

    /// Nobody hears of it any more.
    func forget(_ link: Link) {
        links[link.id] = nil
        centrals.closed(link.id, of: link.central, at: EventLoop.bootNanoseconds)
        // Nobody else will say that it has gone.
        if supervision.adapter == nil, centrals[link.central]?.links.isEmpty == true {
            _ = centrals.disconnected(link.central)
        }
    }

    // MARK: Last words

    /// Keeps what carries a link until its last words have left.
    func linger(_ link: Link) {
        if lingering.count >= PeripheralConfiguration.lingerLimit { lingering.removeFirst().link.end() }
        lingering.append((link, EventLoop.bootNanoseconds + PeripheralConfiguration.lingerTime.nanoseconds))
        armLingerTimer()
    }

    /// The central has gone, and its words would reach nobody.
    func endLingering(of central: String) {
        for (link, _) in lingering where link.central == central { link.end() }
        lingering.removeAll { $0.link.central == central }
        armLingerTimer()
    }

    func endLingering() {
        let now = EventLoop.bootNanoseconds
        for (link, until) in lingering where until <= now { link.end() }
        lingering.removeAll { $0.until <= now }
        armLingerTimer()
    }

    private func armLingerTimer() {
        guard let (_, until) = lingering.first else { return lingerTimer?.cancel() ?? () }
        lingerTimer?.arm(atBootNanoseconds: until)
    }
}
