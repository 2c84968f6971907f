// The random walk without the rest of mortise-sim, so that a mutant of the core is built in seconds.
// usage: walk SEED INPUTS; exit 0 when nothing was found, 1 when something was.
import Glibc
import LockSimulation

let seed = UInt64(CommandLine.arguments[1]) ?? 1
let inputs = Int(CommandLine.arguments[2]) ?? 1
var walk = RandomWalk()
walk.run(from: seed, inputs: inputs)
if let failure = walk.failure {
    print("seed \(failure.seed), after \(walk.inputs) inputs: \(failure.violations[0])")
    exit(1)
}
print("nothing found in \(walk.inputs) inputs")
