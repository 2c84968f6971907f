import Configuration

extension BoardProfile {
    /// The profile in a file; without one, the simulated board's: board/profiles/simulated.conf says the same.
    static func simulated(_ path: String?) throws -> BoardProfile {
        if let path { return try load(path: path) }
        return try parse(simulatedText, file: "the simulated board").get()
    }

    private static let simulatedText = """
        [Board]
        name=Simulated board
        compatible=mortise,simulated
        [GPIO]
        chip=mortise-simulation
        motor-in1=MOTOR_IN1
        motor-in2=MOTOR_IN2
        motor-sleep=MOTOR_NSLEEP
        limit-extended=BOLT_OUT
        limit-retracted=BOLT_IN
        driver-fault=MOTOR_NFAULT, active-low
        stall=MOTOR_STALL
        door=DOOR_OPEN
        tamper=CASE_OPEN
        inside-button=INSIDE_BUTTON
        [Motor]
        extend=in1
        [Battery]
        supply=simulated
        """
}
