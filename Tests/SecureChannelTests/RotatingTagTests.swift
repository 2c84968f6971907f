import Testing

@testable import SecureChannel

@Suite struct RotatingTagTests {
    @Test(arguments: Vectors.tags.tags)
    func `a tag that an independent implementation made is recognised, and another lock's is not`(
        vector: Vectors.Tags.Tag
    ) throws {
        let tag = try #require(RotatingTag(key: vector.key.bytes))
        #expect(tag.recognises(vector.right.bytes))
        #expect(!tag.recognises(vector.wrong.bytes))
    }

    @Test func `a lock's keys are those that an independent implementation derives`() throws {
        #expect(Vectors.tags.tags.count == 3 && Vectors.tags.generations.count == 3)
        let identity = try Vectors.tags.lock.identity()
        for generation in Vectors.tags.generations {
            #expect(identity.rotatingTag(generation: generation.number).key == generation.key.bytes)
        }
    }

    @Test func `every tag is another, and recognised by whoever was told the key`() throws {
        let tag = Identity.make { _ in }.rotatingTag(generation: 0)
        let told = try #require(RotatingTag(key: tag.key))
        let tags = (0..<64).map { _ in tag.next() }
        #expect(Set(tags).count == 64)
        for tag in tags { #expect(tag.count == RotatingTag.size && told.recognises(tag)) }
    }

    @Test func `after a key was removed the old tag key recognises nothing more`() {
        let identity = Identity.make { _ in }
        let (old, new) = (identity.rotatingTag(generation: 3), identity.rotatingTag(generation: 4))
        // By chance one in 65,536; of these, two or more once in millions of runs.
        #expect((0..<64).count { _ in old.recognises(new.next()) } < 2)
    }

    @Test func `two locks share nothing`() {
        let tags = (0..<2).map { _ in Identity.make { _ in }.rotatingTag(generation: 0) }
        #expect(tags[0].key != tags[1].key)
        #expect((0..<64).count { _ in tags[0].recognises(tags[1].next()) } < 2)
    }

    @Test(arguments: [0, 15, 17])
    func `other than 16 bytes are no tag key, other than 5 no tag`(count: Int) throws {
        #expect(RotatingTag(key: [UInt8](repeating: 1, count: count)) == nil)
        let tag = Identity.make { _ in }.rotatingTag(generation: 0)
        #expect(!tag.recognises([]) && !tag.recognises(tag.next().dropLast()) && !tag.recognises(tag.next() + [0]))
    }
}
