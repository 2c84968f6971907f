import SystemdRuntime

/// From supervision's actions to calls, and from what bluetoothd says to supervision.
extension BluetoothPeripheral {
    func act(_ actions: [Supervision.Action]) {
        for action in actions {
            switch action {
            case .look: look()
            case .perform(let step, let adapter): perform(step, adapter)
            case .wait(let duration):
                retryTimer?.arm(atBootNanoseconds: EventLoop.bootNanoseconds + duration.nanoseconds)
            case .stopWaiting: retryTimer?.cancel()
            case .abandon: abandonRegistration()
            case .report(let condition): self.condition = condition
            }
        }
    }

    /// Asks the bus, not bluetoothd, which the question would start where it may be started on demand.
    func askForOwner(on bus: Bus) throws(SystemdError) -> BusSlot {
        do throws(BusError) {
            return try bus.proxy(
                "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus"
            ).callLater("GetNameOwner", [.string(BlueZName.service)], answer: "s", timeout: Self.answerLimit) {
                [unowned self] result in
                switch result {
                case .success(let values): serviceChanged(owner: values.first?.asString)
                case .failure(let error) where error.name == BusError.nameHasNoOwner: serviceChanged(owner: nil)
                // The connection's end, of which its owner hears.
                case .failure: break
                }
            }
        } catch {
            throw SystemdError(operation: "ask for the owner of \(BlueZName.service)", errno: 5, advice: error.message)
        }
    }

    func serviceChanged(owner: String?) {
        connection?.service = owner
        forgetCentrals()
        act(owner != nil ? supervision.serviceAppeared() : supervision.serviceVanished())
    }

    func objectAppeared(_ signal: BusSignal) {
        guard signal.arguments.count == 2, let path = signal.arguments[0].asString,
            let interfaces = signal.arguments[1].asDictionary
        else { return }
        if let device = interfaces[BlueZName.device]?.asDictionary { deviceChanged(path, device) }
        let names = [BlueZName.adapter, BlueZName.gattManager, BlueZName.advertisingManager]
        guard names.contains(where: { interfaces[$0] != nil }), path != supervision.adapter else { return }
        // Another adapter than the one in use is none of ours, unless there is none in use.
        if supervision.adapter == nil { act(supervision.adapterAppeared()) }
    }

    func objectVanished(_ signal: BusSignal) {
        guard signal.arguments.count == 2, let path = signal.arguments[0].asString else { return }
        let interfaces = signal.arguments[1].asElements?.compactMap(\.asString) ?? []
        if interfaces.contains(BlueZName.device) { disconnected(path) }
        guard path == supervision.adapter else { return }
        let names = [BlueZName.adapter, BlueZName.gattManager, BlueZName.advertisingManager]
        guard names.contains(where: interfaces.contains) else { return }
        // A chip that goes takes its connections along, and not always with a word for each.
        for central in Array(centrals.centrals.keys) where central.hasPrefix(path + "/") { disconnected(central) }
        act(supervision.disturbed())
    }

    func adapterChanged(_ path: String, _ changed: [String: BusValue]) {
        if path == supervision.adapter {
            // Switched off, by whomever. Our own switching off, the last resort, is part of a step.
            guard changed["Powered"]?.asBool == false, condition.isReady else { return }
            for central in Array(centrals.centrals.keys) { disconnected(central) }
            act(supervision.disturbed())
        } else if case .blocked = condition, changed["PowerState"] != nil || changed["Powered"] != nil {
            act(supervision.disturbed())
        } else if supervision.adapter == nil, changed["Powered"]?.asBool == true {
            // A chip that was given up answers somebody.
            act(supervision.adapterAppeared())
        }
    }

    private func look() {
        guard let connection else { return }
        do throws(BusError) {
            connection.call = try connection.bus.proxy(
                BlueZName.service, path: "/", interface: BlueZName.objectManager
            ).callLater("GetManagedObjects", answer: "a{oa{sa{sv}}}", timeout: Self.answerLimit) {
                [unowned self] result in
                switch result {
                case .success(let values):
                    guard let objects = values.first else { return }
                    noteDevices(objects)
                    act(supervision.looked(AdapterState(managedObjects: objects)))
                case .failure(let error): act(supervision.lookFailed(error.description))
                }
            }
        } catch {
            act(supervision.lookFailed(error.description))
        }
    }

    private func perform(_ step: Supervision.Step, _ adapter: String) {
        guard let connection else { return }
        switch step {
        case .powerOff, .settings:
            // Where the kernel had no Bluetooth before, it may have now.
            listen()
            let settings = AdapterSettings(
                of: connection.bus.proxy(BlueZName.service, path: adapter, interface: BlueZName.adapter),
                name: configuration.name, isPowered: step == .settings
            ) { [unowned self] in ended(step, $0) }
            connection.settings = settings
            settings.begin()
        case .application:
            do throws(BusError) {
                connection.call = try connection.bus.proxy(
                    BlueZName.service, path: adapter, interface: BlueZName.gattManager
                ).callLater(
                    "RegisterApplication", [.objectPath(GATTApplication.root), .dictionary([:])],
                    timeout: Self.answerLimit
                ) { [unowned self] result in
                    switch result {
                    case .success: ended(step, nil)
                    // It is there from before: only a restart and a lost adapter take it away.
                    case .failure(let error): ended(step, error.name == BlueZName.errorAlreadyExists ? nil : error)
                    }
                }
            } catch {
                ended(step, error)
            }
        case .advertisement:
            hurry()
            publish()
        }
    }

    private func ended(_ step: Supervision.Step, _ error: BusError?) {
        guard let error else { return act(supervision.succeeded(step)) }
        act(
            supervision.failed(
                step, error.description, isBlocked: error.name == BlueZName.errorBlocked,
                isChip: [BlueZName.errorFailed, BusError.timedOut, BusError.noReply].contains(error.name)))
    }

    func advertised(_ error: BusError?) {
        ended(.advertisement, error)
        if error == nil { countStrays() }
    }

    private func countStrays() {
        guard let connection, connection.count == nil, let adapter = supervision.adapter else { return }
        // Whoever does not say has none.
        connection.count = try? connection.bus.proxy(
            BlueZName.service, path: adapter, interface: BlueZName.properties
        ).callLater(
            "Get", [.string(BlueZName.advertisingManager), .string("ActiveInstances")], answer: "v",
            timeout: Self.answerLimit
        ) { [unowned self] result in
            guard case .success(let values) = result, case .variant(let number)? = values.first else { return }
            strayAdvertisements = max(0, Int(number.asInteger ?? 0) - 1)
        }
    }

    /// bluetoothd has dropped the advertisement: it is leaving, or the adapter is. If not, it is put back.
    func released() {
        if condition.isReady { refreshSoon() }
    }

    func abandonRegistration() {
        connection?.call = nil
        connection?.settings = nil
        connection?.advertiser?.abandon()
        for timer in [paceTimer, refreshTimer, rotationTimer] { timer?.cancel() }
    }
}
