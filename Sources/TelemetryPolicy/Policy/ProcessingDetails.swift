/// Who gets the data, where and under which law: what the policy leaves open (its contact is blank, and access goes to a third name), and
/// whoever runs the service must say. Configuration; while anything is missing nothing can be consented to.
package struct ProcessingDetails: Hashable, Sendable {
    /// The controller's full name.
    package var controller: String?
    /// Where a person is reached: an address, a telephone number, an e-mail address.
    package var contact: String?
    /// Where erasure requests go: `https://…`.
    package var erasureEndpoint: String?
    /// Where the data lies: a country, a provider.
    package var storagePlace: String?
    /// Whose law applies.
    package var jurisdiction: String?
    /// Everybody else who gets it. Empty is an answer ("nobody else"); nil is none.
    package var recipients: [String]?

    /// Longer is a text, not a name.
    package static let textBytes = 256
    /// More could not be read before agreeing.
    package static let recipientLimit = 16

    package init(
        controller: String? = nil, contact: String? = nil, erasureEndpoint: String? = nil, storagePlace: String? = nil,
        jurisdiction: String? = nil, recipients: [String]? = nil
    ) {
        self.controller = controller
        self.contact = contact
        self.erasureEndpoint = erasureEndpoint
        self.storagePlace = storagePlace
        self.jurisdiction = jurisdiction
        self.recipients = recipients
    }

    /// What is missing, in words for `mortise doctor`; empty: nothing.
    package var missing: [String] {
        var missing: [String] = []
        if controller == nil { missing.append("the controller's name") }
        if contact == nil { missing.append("the controller's contact") }
        if erasureEndpoint == nil { missing.append("the endpoint for erasure requests") }
        if storagePlace == nil { missing.append("the place where the data is stored") }
        if jurisdiction == nil { missing.append("the jurisdiction") }
        if recipients == nil { missing.append("the recipients (or that there are none)") }
        return missing
    }

    /// What is wrong with what is there, in words; empty: nothing.
    package var complaints: [String] {
        let texts = [
            ("controller", controller), ("contact", contact), ("erasure endpoint", erasureEndpoint),
            ("storage place", storagePlace), ("jurisdiction", jurisdiction),
        ]
        var complaints = texts.compactMap { name, text in text.flatMap { Self.complaint(about: name, $0) } }
        if let recipients {
            if recipients.count > Self.recipientLimit {
                complaints.append("\(recipients.count) recipients are more than \(Self.recipientLimit)")
            }
            complaints += recipients.compactMap { Self.complaint(about: "recipient", $0) }
        }
        if let erasureEndpoint, !erasureEndpoint.utf8.starts(with: "https://".utf8) || erasureEndpoint.utf8.count < 9 {
            complaints.append("the erasure endpoint \"\(erasureEndpoint)\" does not begin with https://")
        }
        return complaints
    }

    package var isComplete: Bool { missing.isEmpty && complaints.isEmpty }

    /// Whether the same people get the data in the same place under the same law: what a consent is given to besides the text. A new
    /// contact or endpoint is no reason to ask again.
    package func isSameProcessing(as other: ProcessingDetails) -> Bool {
        controller == other.controller && storagePlace == other.storagePlace && jurisdiction == other.jurisdiction
            && recipients.map(Set.init) == other.recipients.map(Set.init)
    }

    private static func complaint(about name: String, _ text: String) -> String? {
        if text.isEmpty { return "the \(name) is empty" }
        if text.utf8.count > textBytes { return "the \(name) has \(text.utf8.count) bytes, more than \(textBytes)" }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "the \(name) has control characters"
        }
        return nil
    }
}

/// The policy and its details, as they are now.
package struct PolicyContext: Hashable, Sendable {
    package var manifest: PolicyManifest
    package var details: ProcessingDetails

    package init(manifest: PolicyManifest, details: ProcessingDetails) {
        self.manifest = manifest
        self.details = details
    }
}
