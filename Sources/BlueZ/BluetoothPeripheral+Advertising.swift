import SystemdRuntime

/// When the advertisement is fast, and when it is put into the air anew.
extension BluetoothPeripheral {
    var isFast: Bool { EventLoop.bootNanoseconds < fastUntil }

    /// Somebody is near, or was a moment ago.
    func hurry() { fastUntil = EventLoop.bootNanoseconds + configuration.fastFor.nanoseconds }

    func publish() {
        guard let connection, let adapter = supervision.adapter else { return }
        refreshedAt = EventLoop.bootNanoseconds
        refreshTimer?.cancel()
        if let next = delegate?.nextPayload() { payload = Array(next.prefix(ServiceIdentity.payloadLimit)) }
        let period = configuration.rotationPeriod.nanoseconds
        if refreshedAt >= rotatedAt + period || rotationTimer?.isArmed != true { rotatedAt = refreshedAt }
        rotationTimer?.arm(atBootNanoseconds: rotatedAt + period)
        let isFast = isFast
        if isFast { paceTimer?.arm(atBootNanoseconds: fastUntil) } else { paceTimer?.cancel() }
        connection.advertiser?.publish(
            Advertisement(
                payload: payload, interval: isFast ? configuration.fastInterval : configuration.slowInterval),
            on: adapter)
    }

    /// Registers it again, as it is to be now.
    func refresh() {
        if condition.isReady { publish() }
    }

    /// The same, but not again and again.
    func refreshSoon() {
        guard refreshTimer?.isArmed == false else { return }
        let next = refreshedAt + Self.refreshPause.nanoseconds
        if EventLoop.bootNanoseconds >= next { refresh() } else { refreshTimer?.arm(atBootNanoseconds: next) }
    }

    /// Puts it into the air again as it is. Not where the kernel would take another address for it: that has another tag.
    func resume() {
        if EventLoop.bootNanoseconds >= rotatedAt + configuration.addressPeriod.nanoseconds {
            refresh()
        } else {
            connection?.advertiser?.resume()
        }
    }

    func paceIsOver() { refresh() }
}
