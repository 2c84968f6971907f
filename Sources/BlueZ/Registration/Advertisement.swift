import SystemdRuntime

/// What is sent into the air, as bluetoothd reads it: flags, service UUID, manufacturer data, and how often.
struct Advertisement: Hashable {
    static let path = "/org/mortise/bluetooth/advertisement"

    /// At most ``ServiceIdentity/payloadLimit`` bytes.
    var payload: [UInt8]
    var interval: AdvertisingInterval

    func interface(onRelease: @escaping () -> Void) -> BusInterface {
        BusInterface(
            name: "org.bluez.LEAdvertisement1",
            methods: [
                .answering(name: "Release") { _ in
                    onRelease()
                    return []
                }
            ],
            properties: [
                .constant("Type", .string("peripheral")),
                .constant("ServiceUUIDs", .strings([ServiceIdentity.service])),
                // The flag that phones look for. Without it iOS does not list the lock.
                .constant("Discoverable", .bool(true)),
                // It never changes; announcing it is how an advertisement is put into the air again (Advertiser.resume).
                BusProperty(name: "MinInterval", signature: "u") { .uint32(milliseconds(interval.minimum)) },
                .constant("MaxInterval", .uint32(milliseconds(interval.maximum))),
            ]
                + (payload.isEmpty
                    ? []
                    : [
                        .constant(
                            "ManufacturerData",
                            .array(
                                [
                                    .dictionaryEntry(
                                        key: .uint16(ServiceIdentity.company),
                                        value: .variant(.array(payload.map { .byte($0) }, elementSignature: "y")))
                                ], elementSignature: "{qv}"))
                    ]))
    }

    private func milliseconds(_ duration: Duration) -> UInt32 {
        UInt32(clamping: duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)
    }
}
