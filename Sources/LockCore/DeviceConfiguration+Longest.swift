// How long the bolt keeps somebody waiting at most, by the board's own times. What waits for a stroke's end derives its bounds from this.
extension DeviceConfiguration {
    /// From a command to lock or unlock to its answer: the wait for the journal, each attempt up to its cap, backing off as far behind each
    /// but the last, and the switches' rest. It begins where it supersedes a stroke, whose motor must stop first; and one drive may
    /// not be answered in time, which ends the stroke.
    package var longestStroke: Duration {
        // One more attempt is due where an adapted cap may have been too short, whatever the board says.
        let attempts = max(retry.retries, 1) + 1
        // A bolt that springs back from where it arrived has no way to back off, and has come to rest at the switch instead.
        let between = max(longestMove, stroke.settle) + retry.pause
        return stopping + Device.journalWait + (stroke.wake + longestMove) * attempts + between * (attempts - 1)
            + stroke.settle + Device.driveAnswerMargin
    }

    /// The same of a calibration: a move that does not leave its limit, the wait for a hand, the way to a limit, and a measurement each way.
    /// Somebody who turns the thumbturn back again and again makes it longer, until the motor has to rest (``DutyLimit``).
    package var longestCalibration: Duration {
        Device.journalWait + (stroke.wake + longestMove) * 4 + Device.handWait + (retry.pause + stroke.settle) * 3
            + Device.driveAnswerMargin
    }

    /// The longer of the two.
    package var longestCommand: Duration { max(longestStroke, longestCalibration) }

    private var stopping: Duration { stroke.brake + stroke.deadTime }
    private var longestMove: Duration { stroke.capMaximum + stopping }
}
