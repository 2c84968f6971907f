internal import LockCore

/// From the loop to the bolt thread. Holds nothing that lives on the heap: taking one frees nothing.
enum BoltMessage: Sendable {
    case order(BoltOrder)
    /// To be answered with the same number.
    case echo(UInt32)
    /// Make the outputs safe and end.
    case stop
}

/// From the bolt thread to the loop. None that is sent while all is well holds anything that lives on the heap.
enum BoltAnswer: Sendable {
    /// The thread runs; what came of asking for real time and memory.
    case started(RealtimeOutcome)
    case levels(BoltLevels)
    case report(BoltReport)
    case echo(UInt32)
    /// The board did not do what was asked of it. The outputs have been made safe, as far as the board let them.
    /// `isLast`: no stroke may be begun with these lines any more, because the kernel does not tell of edges or the outputs
    /// could not be made safe.
    case failed(BoardError, isLast: Bool)
    /// There are no lines to work with; the thread is ending.
    case couldNotStart(BoltThreadError)
    /// The outputs are safe and the thread is ending.
    case stopped
}
