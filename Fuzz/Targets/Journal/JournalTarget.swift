import Crossing
import Journal

extension FuzzTarget {
    /// A journal segment: any bytes, or whole entries with checksums and chain that fit around
    /// records of nonsense, changed here and there. Reading, printing and checking say what is
    /// wrong; they do not stop.
    static let journal = FuzzTarget("journal", lengthMax: 768, seeds: journalSeeds) { bytes in
        var input = FuzzInput(bytes)
        let mode = input.u8()
        var segment: [UInt8] = []
        if mode & 3 == 0 {
            segment = FuzzSegment.header() + Array(input.rest())
            if mode & 4 != 0 { segment.removeFirst(FuzzSegment.headerBytes) }
        } else {
            segment = FuzzSegment.make(&input)
        }
        if mode & 3 == 2 {
            for _ in 0..<4 where !input.isEmpty {
                segment[Int(input.u16()) % segment.count] = input.u8()
            }
            segment.removeLast(Int(input.u8()) % segment.count)
        }
        let journal = FuzzSegment.place(segment)
        read(journal)
        do throws(JournalError) {
            let verdict = try JournalCheck.run(journal: journal, tradingDate: FuzzSegment.date)
            law(verdict.segments == 1, "one segment was checked")
        } catch {
            law(!error.description.isEmpty, "a refusal says why")
        }
    }

    private static func read(_ journal: String) {
        do throws(JournalError) {
            var reader = try JournalReader(journal: journal, tradingDate: FuzzSegment.date)
            var print = JournalPrint(verbose: true)
            var wanted: UInt64 = 1
            while let entry = try reader.next() {
                law(entry.sequence == wanted, "numbers are dense")
                law(!print.line(entry).isEmpty, "an entry can be printed")
                wanted += 1
            }
        } catch {
            law(!error.description.isEmpty, "a refusal says why")
        }
    }

    /// One line of a venue's own log.
    static let venueLog = FuzzTarget("venue-log", lengthMax: 256, seeds: logSeeds) { bytes in
        do throws(VenueLogLine.Malformed) {
            let line = try VenueLogLine(bytes)
            law(VenueLogLine.Event(rawValue: line.event.rawValue) != nil, "an event is known")
        } catch {
            law(!error.text.isEmpty, "a refusal says why")
        }
    }

    @Sendable private static func journalSeeds() -> [[UInt8]] {
        let record: [UInt8] = [1, 0, 7, 1, 0, 100, 0, 0, 0]
        let noise = (0..<400).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        return [[1, 3] + record + record + record, [1, 15] + noise, [2, 7] + noise, [0] + noise]
    }

    @Sendable private static func logSeeds() -> [[UInt8]] {
        [
            #"{"t":1,"venue":"ONE","session":"S1","ev":"accepted","ref":7,"orn":9,"qty":100}"#,
            #"{"t":-1,"venue":"\u0041\n\"","ev":"executed","px":null,"match":18446744073709551615}"#,
            #"{ "t" : 1 , "venue" : "A" , "ev" : "crash" , "more" : true }"#,
        ].map { Array($0.utf8) }
    }
}
