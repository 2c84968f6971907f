package import SystemdRuntime

/// The lock as a Bluetooth LE peripheral, through bluetoothd and the kernel: it advertises, lets centrals connect, and moves
/// bytes between them and a delegate. What the bytes mean, and who may open what, is none of its business.
///
/// Confined to the loop's thread. Without events it does nothing and wakes nobody: its timers run while an advertisement is fast,
/// while somebody is connected who has not authenticated, and between two attempts to register.
package final class BluetoothPeripheral {
    /// How long bluetoothd, and the chip behind it, may take to answer. The kernel gives a command to the chip two seconds, and
    /// registering an advertisement takes several.
    static let answerLimit: Duration = .seconds(5)
    /// How long the answer to a registration is waited for at the end. A chip that works gives it in a fraction of a second.
    static let settleLimit: Duration = .seconds(2)
    /// How long between two registrations of the advertisement after disconnections, so that a flood of them is not one of
    /// registrations: each takes the lock out of the air for a moment, and bluetoothd's time for a second on a slow board.
    static let refreshPause: Duration = .seconds(60)

    /// How long bluetoothd may take to disconnect somebody, until it is asked again: the two seconds of its own where it does so
    /// politely, and as long again.
    static let disconnectionLimit: Duration = .seconds(5)

    let loop: EventLoop
    let configuration: PeripheralConfiguration
    package weak var delegate: (any BluetoothPeripheralDelegate)?

    /// Whether centrals can find and reach the lock; if not, why.
    package internal(set) var condition = BluetoothCondition.notConnected {
        didSet { if condition != oldValue { delegate?.conditionChanged(condition) } }
    }

    // Registration
    var connection: Connection?
    var supervision = Supervision()
    var retryTimer: LoopTimer?

    // Advertisement
    var payload: [UInt8] = []
    /// Boot time until which it is fast.
    var fastUntil: Int64 = 0
    var paceTimer: LoopTimer?
    var refreshedAt: Int64 = 0
    var refreshTimer: LoopTimer?
    /// Boot time at which the address in the air was taken, or a later one at which it may have been.
    var rotatedAt: Int64 = 0
    var rotationTimer: LoopTimer?

    // Centrals
    var centrals: CentralTable
    var links: [LinkID: Link] = [:]
    var numberOfLinks: UInt64 = 0
    var departureTimer: LoopTimer?
    /// Closed links with something to say still, oldest first.
    var lingering: [(link: Link, until: Int64)] = []
    var lingerTimer: LoopTimer?
    var channels: ChannelListener?
    /// The end that an answer under way takes to bluetoothd.
    var lent: Descriptor?

    /// Does nothing yet but open the L2CAP listener, where there is Bluetooth. Fails when an interval or the number of
    /// slots is out of range, or the loop has no timers.
    package static func make(
        _ configuration: PeripheralConfiguration = PeripheralConfiguration(), on loop: EventLoop
    ) throws -> BluetoothPeripheral {
        for interval in [configuration.fastInterval, configuration.slowInterval] {
            guard interval.minimum >= .milliseconds(20), interval.maximum <= .milliseconds(10_240),
                interval.minimum <= interval.maximum
            else { throw BluetoothError.interval(interval) }
        }
        guard (1...ServiceIdentity.answers).contains(configuration.slots) else {
            throw BluetoothError.slots(configuration.slots)
        }
        return try BluetoothPeripheral(configuration, loop)
    }

    private init(_ configuration: PeripheralConfiguration, _ loop: EventLoop) throws(SystemdError) {
        self.configuration = configuration
        self.loop = loop
        centrals = CentralTable(
            slots: configuration.slots,
            limits: CentralTable.Limits(
                authentication: configuration.authenticationLimit.nanoseconds,
                silent: configuration.silentGrace.nanoseconds, speaking: configuration.slotGrace.nanoseconds,
                lastWords: PeripheralConfiguration.lingerTime.nanoseconds,
                disconnection: Self.disconnectionLimit.nanoseconds))
        retryTimer = try loop.timer { [unowned self] in act(supervision.timeIsUp()) }
        paceTimer = try loop.timer { [unowned self] in paceIsOver() }
        refreshTimer = try loop.timer { [unowned self] in refresh() }
        rotationTimer = try loop.timer { [unowned self] in refresh() }
        departureTimer = try loop.timer { [unowned self] in removeWhoIsDue() }
        lingerTimer = try loop.timer { [unowned self] in endLingering() }
        listen()
    }

    /// Uses this bus from now on, which is attached to the loop. When it goes away: ``disconnect()``.
    package func connect(to bus: Bus) throws(SystemdError) {
        disconnect()
        connection = try Connection(bus: bus, peripheral: self)
    }

    /// Forgets the bus. GATT links are over, channels are not.
    package func disconnect() {
        guard let old = connection else { return }
        retryTimer?.cancel()
        abandonRegistration()
        connection = nil
        supervision = Supervision()
        condition = .notConnected
        forgetCentrals()
        // Dropped in the next round: this may be running in a handler of what is dropped.
        if !loop.post({ withExtendedLifetime(old) {} }) { withExtendedLifetime(old) {} }
    }

    /// Advertisements that bluetoothd sends besides the lock's: of programs that are gone, as a rule (``Advertiser/settle(within:)``). Counted
    /// when the lock has been registered on a connection for the first time.
    package internal(set) var strayAdvertisements = 0

    /// Ends all links and forgets the bus, without calling the delegate. bluetoothd unregisters whoever leaves the bus.
    ///
    /// Where a registration is under way its answer is waited for, for two seconds at most (``Advertiser/settle(within:)``): to be called when
    /// the loop has ended.
    package func stop() {
        delegate = nil
        for link in links.values { link.end() }
        for (link, _) in lingering { link.end() }
        links = [:]
        lingering = []
        channels = nil
        connection?.advertiser?.settle(within: Self.settleLimit)
        disconnect()
        for timer in [retryTimer, paceTimer, refreshTimer, rotationTimer, departureTimer, lingerTimer] {
            timer?.cancel()
        }
    }

    /// What is in the air from now on, at most ``ServiceIdentity/payloadLimit`` bytes. `isFast`: somebody is near, so it is sent
    /// often for ``PeripheralConfiguration/fastFor``.
    package func setAdvertisement(payload: [UInt8], isFast: Bool) throws(BluetoothError) {
        guard payload.count <= ServiceIdentity.payloadLimit else {
            throw .advertisementTooLong(bytes: payload.count, limit: ServiceIdentity.payloadLimit)
        }
        let isNew = payload != self.payload
        self.payload = payload
        let wasFast = self.isFast
        if isFast { hurry() }
        if condition.isReady, isNew || (isFast && !wasFast) { refresh() }
    }

    /// Sends, now or as soon as there is room. False: the link is gone, or its buffer
    /// (``PeripheralConfiguration/sendLimit``) has no room for all of it, and nothing was taken.
    @discardableResult
    package func send(_ bytes: [UInt8], on link: LinkID) -> Bool {
        guard let link = links[link] else { return false }
        return link.send(bytes)
    }

    /// The central on this link has shown that it may be here: it is not disconnected for being silent any more, nor is any
    /// other link of its, as long as it has this one.
    package func authenticated(_ link: LinkID) {
        guard let link = links[link] else { return }
        centrals.authenticated(link.id, of: link.central)
        removeWhoIsDue()
    }

    /// Ends a link, without a word to the delegate. What was sent before still leaves, if it can within
    /// ``PeripheralConfiguration/lingerTime``; what comes is not listened to. When it was the central's last, or nothing was shown over
    /// any of its links, the central is disconnected.
    package func close(_ link: LinkID) {
        guard let link = links[link] else { return }
        let isDone = centrals.isDone(without: link.id, of: link.central)
        linger(link)
        forget(link)
        if isDone, centrals[link.central] != nil { dismiss(link.central) }
    }

    /// The PSM of the L2CAP channel; nil: there is none.
    package var psm: UInt16? { channels?.psm }

    /// How many centrals are connected, as far as bluetoothd has said.
    package var connectedCentrals: Int { centrals.centrals.count }
}

extension Duration {
    /// Whole nanoseconds; what does not fit is the most there is.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : whole + attoseconds / 1_000_000_000
    }
}
