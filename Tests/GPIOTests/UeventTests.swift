import LockDaemon
import Testing

/// What the kernel says about devices.
struct UeventTests {
    static let change =
        "change@/devices/virtual/power_supply/test_battery\0ACTION=change\0DEVPATH=/devices/virtual/power_supply/test_battery\0"
        + "SUBSYSTEM=power_supply\0POWER_SUPPLY_NAME=test_battery\0POWER_SUPPLY_STATUS=Discharging\0SEQNUM=1234\0"

    @Test func `a power supply's news is taken apart`() throws {
        let event = try #require(Uevent(Self.change.utf8))
        #expect(event.action == "change")
        #expect(event.devicePath == "/devices/virtual/power_supply/test_battery")
        #expect(event.properties["SEQNUM"] == "1234")
        #expect(event.concerns(powerSupply: "test_battery"))
        #expect(!event.concerns(powerSupply: "test_ac"))
    }

    @Test func `a supply is known by its path where it is not named`() throws {
        let event = try #require(Uevent("remove@/devices/i2c/BAT0\0SUBSYSTEM=power_supply\0".utf8))
        #expect(event.concerns(powerSupply: "BAT0"))
    }

    @Test func `other devices do not concern the gauge`() throws {
        let event = try #require(Uevent("add@/devices/BAT0\0SUBSYSTEM=block\0POWER_SUPPLY_NAME=BAT0\0".utf8))
        #expect(!event.concerns(powerSupply: "BAT0"))
    }

    @Test(arguments: ["", "\0", "@", "@/devices/x\0", "change\0A=b\0", "libudev\0\u{1}\u{2}", "change@devices\0"])
    func `what is not the kernel's is passed over`(text: String) {
        #expect(Uevent(text.utf8) == nil)
    }

    @Test func `a message that was cut or is not text harms nobody`() throws {
        let bytes = Array(Self.change.utf8)
        for length in 0...bytes.count { _ = Uevent(bytes.prefix(length)) }
        let event = try #require(Uevent(Array("change@/devices/x\0".utf8) + [0xFF, 0xFE, 0, 0x3D, 0]))
        #expect(event.properties == ["": ""])
    }
}
