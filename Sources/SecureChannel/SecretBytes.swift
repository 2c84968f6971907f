internal import Glibc

/// Bytes that nobody else is to know, in the one place where they are: not copied by assignment, and wiped when they are let go.
///
/// What it cannot reach: registers and stack slots through which a byte has passed, and pages that were swapped out.
///
/// Safe to use, though it holds a pointer: nobody gets at the memory but in ``withBytes(_:)``, while it is there.
@safe package struct SecretBytes: ~Copyable, @unchecked Sendable {
    // Never written after the initialiser, which is what makes it safe to send.
    private let memory: UnsafeMutableRawBufferPointer
    private let isOwner: Bool

    /// Zeros, then whatever `fill` writes there.
    package init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void = { _ in }) {
        unsafe memory = .allocate(byteCount: count, alignment: 1)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
        isOwner = true
        unsafe fill(memory)
    }

    /// A copy. Wiping the original is its owner's business.
    package init(copying bytes: some Collection<UInt8>) {
        unsafe self.init(count: bytes.count) { unsafe $0.copyBytes(from: bytes) }
    }

    /// From the kernel's random numbers.
    package init(randomCount count: Int) {
        var random = SystemRandomNumberGenerator()
        unsafe self.init(count: count) { memory in
            for index in memory.indices { unsafe memory[index] = random.next() }
        }
    }

    /// Memory that stays the caller's and outlives this; it is wiped all the same.
    init(borrowing memory: UnsafeMutableRawBufferPointer) {
        unsafe self.memory = memory
        isOwner = false
    }

    deinit {
        // Unlike memset it is not optimised away where nobody reads the memory again.
        if let start = unsafe memory.baseAddress { unsafe explicit_bzero(start, memory.count) }
        if isOwner { unsafe memory.deallocate() }
    }

    package var count: Int { unsafe memory.count }

    /// Lends the bytes, for as long as `body` runs. What it copies is no longer looked after.
    package borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(memory))
    }
}
