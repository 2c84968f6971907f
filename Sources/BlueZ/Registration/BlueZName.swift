internal import SystemdRuntime

/// BlueZ's names on the bus.
enum BlueZName {
    static let service = "org.bluez"
    static let adapter = "org.bluez.Adapter1"
    static let device = "org.bluez.Device1"
    static let gattManager = "org.bluez.GattManager1"
    static let advertisingManager = "org.bluez.LEAdvertisingManager1"
    static let properties = "org.freedesktop.DBus.Properties"
    static let objectManager = "org.freedesktop.DBus.ObjectManager"

    static let errorBlocked = "org.bluez.Error.Blocked"
    static let errorAlreadyExists = "org.bluez.Error.AlreadyExists"
    static let errorFailed = "org.bluez.Error.Failed"
    static let errorNotPermitted = "org.bluez.Error.NotPermitted"
    static let errorInvalidOffset = "org.bluez.Error.InvalidOffset"
    static let errorDoesNotExist = "org.bluez.Error.DoesNotExist"
    static let errorNotConnected = "org.bluez.Error.NotConnected"

    /// What is said of a device that is there no more.
    static let isGone: Set<String> = [
        errorDoesNotExist, errorNotConnected, BusError.unknownObject, BusError.serviceUnknown,
    ]
}
