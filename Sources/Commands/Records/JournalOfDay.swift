internal import Crossing
internal import Journal

/// The journal of one trading date below a state directory, and the names its records use.
struct JournalOfDay {
    let directory: StateDirectory
    let tradingDate: UInt32
    let names: JournalNames

    /// `date` is yyyymmdd; `nil` takes the image's.
    init(_ directory: StateDirectory, date: UInt32?) throws(Failure) {
        var day = date
        do {
            if day == nil { day = try directory.withImage { $0.header.tradingDate } }
        } catch {
            throw Failure(.badInput, "\(error); without it, say which day: --date yyyymmdd")
        }
        self.init(directory, tradingDate: day ?? 0)
    }

    /// A date that is there, with the names it was run with.
    init(_ directory: StateDirectory, tradingDate: UInt32) {
        self.directory = directory
        self.tradingDate = tradingDate
        if let image = try? DayImages.load(directory, tradingDate) {
            names = JournalNames(image: image.view)
        } else {
            names = JournalNames()
        }
    }

    /// Every record in order; raw bytes beside it. Exit 65 where the journal does not hold.
    func forEach(_ body: (JournalEntry) throws -> Void) throws {
        do {
            var reader = try JournalReader(journal: directory.journal, tradingDate: tradingDate)
            while let entry = try reader.next() { try body(entry) }
        } catch let error as JournalError {
            throw Failure(.badInput, "\(error)")
        }
    }

    /// The verdict over the whole date; exit 65 when there is nothing to judge.
    func check(venueLogs: [String], everyVenue: Bool) throws(Failure) -> JournalVerdict {
        var verdict: JournalVerdict
        do {
            verdict = try JournalCheck.run(
                journal: directory.journal,
                tradingDate: tradingDate,
                names: names,
                venueLogs: venueLogs,
                everyVenue: everyVenue
            )
        } catch {
            throw Failure(.badInput, "\(error)")
        }
        DayReplay(directory, tradingDate).judge(&verdict)
        return verdict
    }

    /// What the simulated venues of this state directory wrote.
    var venueLogs: [String] {
        FileBytes.names(in: directory.venues).filter { $0.hasSuffix(".jsonl") }
            .map { "\(directory.venues)/\($0)" }
    }
}
