import SystemdRuntime

/// Who is connected, by bluetoothd's word.
extension BluetoothPeripheral {
    func deviceChanged(_ path: String, _ properties: [String: BusValue]) {
        switch properties["Connected"]?.asBool {
        case true: connected(path)
        case false: disconnected(path)
        case nil: break
        }
    }

    /// What a look has shown: connections from before this process.
    func noteDevices(_ managedObjects: BusValue) {
        guard case .array(let objects, _) = managedObjects else { return }
        for case .dictionaryEntry(.objectPath(let path), let value) in objects {
            guard let device = value.asDictionary?[BlueZName.device]?.asDictionary else { continue }
            deviceChanged(path, device)
        }
    }

    func connected(_ path: String) {
        guard centrals[path] == nil else { return }
        switch centrals.connected(path, at: EventLoop.bootNanoseconds) {
        case .admitted: break
        case .admittedInstead(let oldest): remove(oldest)
        case .refused: remove(path)
        }
        armAuthenticationTimer()
        // A controller stops advertising when somebody connects.
        if condition.isReady, centrals.hasFreeSlot { refreshSoon() }
    }

    func disconnected(_ path: String) {
        guard centrals[path] != nil else { return }
        let over = centrals.disconnected(path)
        endLingering(of: path)
        connection?.removals[path] = nil
        for link in over { closed(link) }
        armAuthenticationTimer()
        guard condition.isReady else { return }
        // Whoever has just gone may come back. And the advertisement may be lost although bluetoothd counts it as active
        // (https://github.com/bluez/bluez/issues/644), so it is made anew, not asked for.
        hurry()
        refreshSoon()
    }

    /// bluetoothd is gone, and with it the GATT links of all. A central with a channel is connected still.
    func forgetCentrals() {
        for (path, central) in centrals.centrals {
            for id in central.links where links[id]?.kind == .gatt { closed(id) }
            if centrals[path]?.links.isEmpty == true { _ = centrals.disconnected(path) }
        }
        connection?.removals = [:]
        armAuthenticationTimer()
    }

    /// Disconnects a central. Its links end at once; bluetoothd takes two seconds for the rest.
    func remove(_ path: String) {
        centrals.leave(path)
        for link in centrals[path]?.links ?? [] { closed(link) }
        armAuthenticationTimer()
        guard let connection else { return }
        let slot = try? connection.bus.proxy(
            BlueZName.service, path: path, interface: BlueZName.device
        ).callLater("Disconnect", timeout: Self.answerLimit) { [unowned self] result in
            // Where bluetoothd does not know it, or not as connected, nobody will say that it has gone.
            if case .failure(let error) = result, ![BusError.noReply, BusError.timedOut].contains(error.name) {
                disconnected(path)
            }
        }
        connection.removals[path] = slot
    }

    func removeOverdue() {
        for path in centrals.overdue(at: EventLoop.bootNanoseconds) { remove(path) }
        armAuthenticationTimer()
    }

    func armAuthenticationTimer() {
        if let deadline = centrals.deadline {
            authenticationTimer?.arm(atBootNanoseconds: deadline)
        } else {
            authenticationTimer?.cancel()
        }
    }
}
