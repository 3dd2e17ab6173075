/// A minus is a sign here and not a flag: `--qty -100` is `--qty=-100`, which the parser reads.
enum NegativeNumbers {
    /// - Throws: 64 for one that stands alone: nothing that stands alone may be below 0, and the
    ///   parser would say that something is missing.
    static func joined(_ arguments: [String]) throws(Failure) -> [String] {
        var result: [String] = []
        for word in arguments {
            guard isNegative(word), !result.contains("--") else {
                result.append(word)
                continue
            }
            guard let option = result.last, option.hasPrefix("--"), !option.contains("=") else {
                throw Failure(
                    .usage,
                    "\"\(word)\" stands alone, where a number is above 0; one below 0 goes with its "
                        + "option, as in --qty=\(word)"
                )
            }
            result[result.count - 1] = "\(option)=\(word)"
        }
        return result
    }

    private static func isNegative(_ word: String) -> Bool {
        guard word.first == "-", word.count > 1 else { return false }
        let rest = word.utf8.dropFirst()
        return rest.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    }
}
