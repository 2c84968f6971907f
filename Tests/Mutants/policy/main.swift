// The random walk of consent and queue without the tests around it, so that a mutant of the policy is judged in seconds.
// usage: walk SEED STEPS LIVES [counts]; exit 0 when nothing was found, 1 when something was.
// counts: also says how often each named thing happened.
import Glibc

let seed = UInt64(CommandLine.arguments[1]) ?? 1
let steps = Int(CommandLine.arguments[2]) ?? 1
// A few lives: what one never comes across, another does.
let lives = UInt64(CommandLine.arguments[3]) ?? 1
let saysCounts = CommandLine.arguments.count > 4
for seed in seed..<(seed + lives) {
    var walk = PolicyWalk(seed: seed)
    for step in 0..<steps {
        if let broken = walk.step() {
            print("seed \(seed), after \(step) steps: \(broken)")
            exit(1)
        }
    }
    if saysCounts {
        for (what, times) in walk.reached.sorted(by: { $0.key < $1.key }) { print("seed \(seed): \(what) \(times)") }
    }
}
print("nothing found in \(lives) lives of \(steps) steps")
