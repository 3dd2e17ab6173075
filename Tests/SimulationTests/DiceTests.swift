import Simulation
import Testing

@Suite("A run follows from its seed")
struct DiceTests {
    @Test("one purpose's numbers do not depend on another's")
    func purposes() {
        var first = Dice(seed: 7, "acts")
        var other = Dice(seed: 7, "links")
        var again = Dice(seed: 7, "acts")
        let numbers = (0..<4).map { _ in first.next() }
        #expect(numbers != (0..<4).map { _ in other.next() })
        #expect(numbers == (0..<4).map { _ in again.next() })
    }
}
