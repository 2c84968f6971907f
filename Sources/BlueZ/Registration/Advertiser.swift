import SystemdRuntime

/// Puts an advertisement into the air and changes it. Every change is a registration of its own: bluetoothd would also take a
/// changed property, but would not say when that failed; and an advertisement that the kernel has quietly dropped comes back.
final class Advertiser {
    private let bus: Bus
    private let onOutcome: (BusError?) -> Void
    private let onRelease: () -> Void
    private var object: BusObject?
    private var call: BusSlot?
    private var isBusy = false
    /// Nothing is begun any more.
    private var isEnding = false
    /// What is to be advertised next, while something else is being registered.
    private var next: (advertisement: Advertisement, adapter: String)?

    /// `onOutcome` is called after each registration that nothing newer has overtaken; `onRelease` when bluetoothd has dropped the
    /// advertisement by itself.
    init(on bus: Bus, onOutcome: @escaping (BusError?) -> Void, onRelease: @escaping () -> Void) {
        self.bus = bus
        self.onOutcome = onOutcome
        self.onRelease = onRelease
    }

    func publish(_ advertisement: Advertisement, on adapter: String) {
        next = (advertisement, adapter)
        if !isBusy { proceed() }
    }

    /// Puts what is registered into the air again, as it is: a controller stops when somebody connects, and the kernel goes on
    /// when somebody has gone. Announcing a property makes bluetoothd hand the advertisement to the kernel anew, with less effort
    /// than a registration and without taking it out of the air. Nobody hears whether that worked: it may fail for want of
    /// connections, and a registration follows in any case.
    func resume() {
        guard !isBusy else { return }
        try? object?.emitPropertiesChanged(["MinInterval"])
    }

    /// Forgets what is under way.
    func abandon() {
        call = nil
        isBusy = false
        next = nil
    }

    /// Waits for the answer to what is under way, for a bounded time; nothing follows it. bluetoothd looks out for a client that leaves only
    /// when its registration is done (`add_adv_callback` in src/advertising.c): of whoever has left before the advertisement would stay in
    /// the air, with its tag and at its pace, until bluetoothd ends.
    func settle(within limit: Duration) {
        isEnding = true
        next = nil
        // A connection that breaks takes everything with it.
        _ = try? bus.process(until: { [unowned self] in !isBusy }, atMost: limit)
    }

    private func proceed() {
        guard !isEnding else { return isBusy = false }
        guard let (advertisement, adapter) = next else { return }
        next = nil
        isBusy = true
        let manager = bus.proxy(BlueZName.service, path: adapter, interface: BlueZName.advertisingManager)
        // What it says does not matter: there may be none.
        request(manager, "UnregisterAdvertisement", [.objectPath(Advertisement.path)]) { [unowned self] _ in
            guard next == nil, !isEnding else { return proceed() }
            do throws(SystemdError) {
                object = nil
                object = try bus.serve(
                    advertisement.interface { [unowned self] in onRelease() }, at: Advertisement.path)
            } catch {
                return finish(BusError(name: BusError.failed, message: error.description))
            }
            request(
                manager, "RegisterAdvertisement", [.objectPath(Advertisement.path), .dictionary([:])]
            ) { [unowned self] in finish($0) }
        }
    }

    private func finish(_ error: BusError?) {
        isBusy = false
        guard !isEnding else { return }
        if next == nil { onOutcome(error) } else { proceed() }
    }

    private func request(
        _ manager: BusProxy, _ member: String, _ arguments: [BusValue], then body: @escaping (BusError?) -> Void
    ) {
        do throws(BusError) {
            call = try manager.callLater(member, arguments, timeout: BluetoothPeripheral.answerLimit) { result in
                switch result {
                case .success: body(nil)
                case .failure(let error): body(error)
                }
            }
        } catch {
            body(error)
        }
    }
}
