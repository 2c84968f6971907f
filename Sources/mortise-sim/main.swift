import Glibc
import LockSimulation
var walk = RandomWalk()
let goal = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 1000 : 1000
let seed = CommandLine.arguments.count > 2 ? UInt64(CommandLine.arguments[2]) ?? 1 : 1
if CommandLine.arguments.count > 3 {
    var e = Episode(seed: seed); e.watch.isVerbose = true; e.run(); for v in e.violations { print(v) }
    exit(0)
}
walk.run(from: seed, inputs: goal)
print(walk.coverage.table)
print("inputs", walk.inputs, "episodes", walk.episodes)
if let failure = walk.failure {
    print("seed", failure.seed)
    for line in failure.story { print(line) }
    for violation in failure.violations { print(violation) }
}
for s in walk.coverage.shortfalls(least: 100) { print("short", s) }
for s in walk.coverage.surprises { print("surprise", s) }
