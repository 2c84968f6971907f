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
            // Somebody who was sent away, and bluetoothd ended before it had forgotten them: they could never come again.
            if device["Blocked"]?.asBool == true, centrals[path] == nil { askToForget(path) }
        }
    }

    func connected(_ path: String) {
        guard centrals[path] == nil else { return }
        centrals.connected(path, at: EventLoop.bootNanoseconds)
        removeWhoIsDue()
        // A controller stops advertising when somebody connects. Others may want to come at the same time.
        if condition.isReady, centrals.mayInvite { resume() }
    }

    func disconnected(_ path: String) {
        guard centrals[path] != nil else { return }
        let over = centrals.disconnected(path)
        endLingering(of: path)
        connection?.removals[path] = nil
        for link in over { closed(link) }
        removeWhoIsDue()
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
        armDepartureTimer()
    }

    /// Its links end at once; it is disconnected when what was said to it has had its time.
    func dismiss(_ path: String) {
        let isOwedWords = lingering.contains { $0.link.central == path && $0.link.hasSpoken }
        centrals.leave(path, isOwedWords: isOwedWords, at: EventLoop.bootNanoseconds)
        removeWhoIsDue()
    }

    func removeWhoIsDue() {
        for path in centrals.due(at: EventLoop.bootNanoseconds) { remove(path) }
        armDepartureTimer()
    }

    /// Disconnects a central at once.
    ///
    /// `Device1.Disconnect` would take bluetoothd two seconds (`DISCONNECT_TIMER` of src/device.c), for which strangers would hold
    /// the controller's connections. Blocking a device disconnects it without that wait, and removing it takes the block
    /// back and forgets what there was of it. Where blocking is refused, removing disconnects too, after the two seconds.
    private func remove(_ path: String) {
        for link in centrals[path]?.links ?? [] { closed(link) }
        guard let connection else { return }
        let device = connection.bus.proxy(BlueZName.service, path: path, interface: BlueZName.properties)
        let block = try? device.callLater(
            "Set", [.string(BlueZName.device), .string("Blocked"), .variant(.bool(true))], timeout: Self.answerLimit
        ) { _ in }
        askToForget(path)
        if let block { connection.removals[path, default: []].append(block) }
    }

    private func askToForget(_ path: String) {
        guard let connection, let end = path.lastIndex(of: "/") else { return }
        let adapter = connection.bus.proxy(
            BlueZName.service, path: String(path[..<end]), interface: BlueZName.adapter)
        let removal = try? adapter.callLater(
            "RemoveDevice", [.objectPath(path)], timeout: Self.answerLimit
        ) { [unowned self] result in
            // Where bluetoothd does not know it, or not as connected, nobody will say that it has gone. After any other refusal it is
            // asked again.
            if case .failure(let error) = result, BlueZName.isGone.contains(error.name) { disconnected(path) }
        }
        connection.removals[path] = [removal].compactMap(\.self)
    }

    private func armDepartureTimer() {
        if let deadline = centrals.deadline {
            departureTimer?.arm(atBootNanoseconds: deadline)
        } else {
            departureTimer?.cancel()
        }
    }
}
