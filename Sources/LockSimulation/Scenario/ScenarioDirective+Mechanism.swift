extension ScenarioDirective {
    /// What of the mechanism can be changed, for help and for error messages.
    package static var mechanismNames: [String] { mechanism.map(\.name) }

    /// Changes one figure of a mechanism, as the directive `mechanism` words it (`friction 25`): for programs that make one
    /// without a scenario.
    package static func change(
        _ parameters: inout PhysicalParameters, mechanism text: String
    ) throws(PhraseError) {
        var scenario = Scenario(file: "")
        scenario.parameters = parameters
        try apply("mechanism", text, to: &scenario)
        parameters = scenario.parameters
    }
}
