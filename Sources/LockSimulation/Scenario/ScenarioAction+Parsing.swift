extension ScenarioAction {
    /// Reads one action, as a step of a scenario words it: for programs that are told things one by one.
    package init(text: String) throws(PhraseError) { self = try ScenarioParser.action(text) }
}
