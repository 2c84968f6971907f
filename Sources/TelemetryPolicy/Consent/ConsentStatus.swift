/// The state of a consent, by the names of the W3C Data Privacy Vocabulary (DPV 2, `consent_status`). The raw value is stable: it is
/// stored and printed.
package enum ConsentStatus: String, Hashable, Sendable, CaseIterable {
    /// Nothing is known: nobody has been asked. (`dpv:ConsentUnknown`)
    case unknown
    /// The text was shown and nobody has answered. (`dpv:ConsentRequested`)
    case requested
    /// `dpv:ConsentGiven`
    case given
    /// `dpv:ConsentRefused`
    case refused
    /// By whoever may. (`dpv:ConsentWithdrawn`)
    case withdrawn
    /// What it was given for, or who gave it, is no more. (`dpv:ConsentExpired`: temporal or contextual validity has ended)
    case expired
    /// Given anew after it had expired. (`dpv:RenewedConsentGiven`)
    case renewed

    /// Only these two permit anything.
    package var isValid: Bool { self == .given || self == .renewed }
}

/// The state of each switch.
package struct SwitchStatuses: Hashable, Sendable {
    package var diagnostics: ConsentStatus
    package var location: ConsentStatus

    package init(diagnostics: ConsentStatus = .unknown, location: ConsentStatus = .unknown) {
        self.diagnostics = diagnostics
        self.location = location
    }

    package subscript(consentSwitch: ConsentSwitch) -> ConsentStatus {
        get { consentSwitch == .diagnostics ? diagnostics : location }
        set {
            switch consentSwitch {
            case .diagnostics: diagnostics = newValue
            case .location: location = newValue
            }
        }
    }
}
