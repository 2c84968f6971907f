internal import LockCore

extension AccessSet {
    /// Which of its tags the lock shows: another one as soon as a key is taken away, so that whoever held it cannot know the lock
    /// again. How many keys have gone: a number that rises with each, and that is kept by keeping the set.
    var tagGeneration: UInt64 { UInt64(nextKey) &- 1 &- UInt64(keys.count) }
}
