/// Many episodes, one after the other, until enough inputs have been taken.
package struct RandomWalk: Sendable {
    package private(set) var coverage = Coverage()
    package private(set) var inputs = 0
    package private(set) var episodes: UInt64 = 0
    package private(set) var drives = 0
    /// How often a claim was held against the mechanism itself: a walk in which the switches are in doubt for ever proves little.
    package private(set) var strictLooks = 0
    /// The first failed episode, if any.
    package private(set) var failure: Episode?

    package init() {}

    /// Walks from the seed on, one seed an episode, until `inputs` inputs have been taken or an episode fails.
    package mutating func run(from seed: UInt64, inputs goal: Int, progress: (RandomWalk) -> Void = { _ in }) {
        while inputs < goal {
            var episode = Episode(seed: seed &+ episodes)
            episode.run()
            episodes += 1
            inputs += episode.watch.turns
            drives += episode.watch.monitor.driveCount
            strictLooks += episode.watch.monitor.strictLooks
            coverage.add(episode.watch.coverage)
            guard episode.violations.isEmpty else {
                failure = episode
                return
            }
            progress(self)
        }
    }
}
