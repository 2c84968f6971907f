/// What an item may be used for: the policy's purposes that any item names.
///
/// Marketing, personalisation and fraud prevention are purposes of the policy, and no case here, so that no item can name them.
package enum Purpose: String, Hashable, Sendable, CaseIterable, Comparable {
    /// "To administer and offer you our Products and Services".
    case service
    /// "To support the technical performance and functioning of our Services".
    case technical
    /// "To provide to you after sales services and support".
    case support
    /// "internal purposes such as data analysis and research, to improve our products".
    case improvement
    /// "important notifications in relation to the safety of Products and Services".
    case safety

    package static func < (left: Purpose, right: Purpose) -> Bool { left.rawValue < right.rawValue }
}

/// What an owner turns on and off. Both are off until an owner turns them on.
package enum ConsentSwitch: String, Hashable, Sendable, CaseIterable, Comparable {
    case diagnostics
    case location

    package static func < (left: ConsentSwitch, right: ConsentSwitch) -> Bool { left.rawValue < right.rawValue }
}

/// The policy's kinds of data that a lock can have at all.
package enum Category: String, Hashable, Sendable, CaseIterable {
    /// Section 4, 1: "device model, operating system version, unique device identifier, battery".
    case device
    /// Section 4, 2: "the version number of the device software".
    case software
    /// Section 4, 4: "service failure information".
    case serviceLog = "service log"
    /// Section 5: "the location information of your device", when a location service is used.
    case location
}
