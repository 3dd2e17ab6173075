import CRingExplorer
import Testing

/// The audit ring's protocol in every order two processors could see it: x86 hides most of them.
/// The explorer takes the steps of `AuditWriter.append` and `AuditReader.next` over a small ring;
/// a change to either is a change there.
@Suite("The audit ring, in every interleaving")
struct RingInterleavingTests {
    private func broken(_ variant: ring_variant, passive: Bool) -> String? {
        let verdict = ring_explore(variant, passive ? 1 : 0)
        #expect(verdict.states > 100)
        return verdict.broken.map { String(cString: $0) }
    }

    @Test("the owning reader gets every record once and whole, a passive one whole or late")
    func correct() {
        #expect(broken(RING_CORRECT, passive: false) == nil)
        #expect(broken(RING_CORRECT, passive: true) == nil)
    }

    @Test("a commit stored before what it commits is found")
    func commitRelaxed() {
        #expect(broken(RING_COMMIT_RELAXED, passive: false) == "a record not whole")
    }

    @Test("a next slot left as it was is found")
    func noClear() {
        #expect(broken(RING_NO_CLEAR, passive: false) == "a record not whole")
    }

    @Test("clearing without a free slot is found: a record is lost")
    func noSpare() {
        #expect(broken(RING_NO_SPARE, passive: false) == "a record written and never read")
    }

    @Test("a passive reader that does not look back, or looks a slot too short, is found")
    func stale() {
        #expect(broken(RING_NO_STALE_CHECK, passive: true) == "a record not whole")
        #expect(broken(RING_MARGIN_SHORT, passive: true) == "a record not whole")
    }

    @Test("a missing fence between publishing and overwriting is found")
    func noFence() {
        #expect(broken(RING_NO_FENCE, passive: true) == "a record not whole")
    }
}
