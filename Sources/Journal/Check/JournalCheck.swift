internal import Crossing
internal import Glibc
internal import Vocabulary

/// `apus journal check`: proves that the day adds up.
package enum JournalCheck {
    /// Checks one date: every segment's CRC, chain and sequence; conservation per order, parent,
    /// strategy and venue; legality of every step; nothing lost, nothing twice; and with
    /// `venueLogs` every answer of the venues against what was recorded.
    ///
    /// `names` says which venue a log line is about, and which login there is ours; without names
    /// of venues no log can be reconciled, which is a finding. With `everyVenue` a venue that
    /// answered us and has no log among them is one too.
    package static func run(
        journal: String,
        tradingDate: UInt32,
        names: JournalNames = JournalNames(),
        venueLogs: [String] = [],
        everyVenue: Bool = false
    ) throws(JournalError) -> JournalVerdict {
        var reader = try JournalReader(journal: journal, tradingDate: tradingDate)
        var pass = CheckPass(
            tradingDate: tradingDate,
            names: names,
            reconciles: everyVenue || !venueLogs.isEmpty
        )
        pass.found.verdict.segments = reader.segments.count
        readAll(&reader, &pass)
        let end = CheckPlace(file: reader.path, offset: reader.offset, sequence: 0)
        pass.orders.checkSums(names, at: end, to: &pass.found)
        for path in venueLogs { try pass.read(venueLog: path, names: names) }
        return pass.finish(names, everyVenue: everyVenue)
    }

    private static func readAll(_ reader: inout JournalReader, _ pass: inout CheckPass) {
        do throws(JournalError) {
            while let entry = try reader.next() {
                pass.apply(entry, file: reader.path)
            }
            if let tear = reader.tear {
                let place = CheckPlace(file: tear.path, offset: tear.offset, sequence: 0)
                pass.found.add(.tail, place, .none, "\(tear.bytes) bytes are no whole entry")
            }
            checkMark(reader, &pass)
        } catch {
            let place = CheckPlace(
                file: reader.path,
                offset: reader.offset,
                sequence: reader.nextSequence
            )
            pass.found.add(.damage, place, .none, error.description)
        }
    }
}

extension JournalCheck {
    /// Without the mark nobody can tell whether the end is missing.
    private static func checkMark(_ reader: borrowing JournalReader, _ pass: inout CheckPass) {
        guard reader.durable == nil, reader.promised > 0 else { return }
        let path = JournalFiles.durable(reader.directory)
        pass.found.add(
            .damage,
            CheckPlace(file: path, offset: 0, sequence: reader.nextSequence),
            .none,
            "no whole mark, and entries say one was written: whether records are missing behind "
                + "sequence \(reader.nextSequence - 1) cannot be told"
        )
    }
}

/// One walk through a date.
private struct CheckPass {
    var found: Found
    var orders = OrderLaws()
    var streams: StreamLaws
    var origins: OriginLaws
    var reconcile: Reconcile?

    init(tradingDate: UInt32, names: JournalNames, reconciles: Bool) {
        streams = StreamLaws(names: names)
        origins = OriginLaws(names: names)
        found = Found(verdict: JournalVerdict(tradingDate: tradingDate))
        reconcile = reconciles ? Reconcile() : nil
    }

    mutating func apply(_ entry: JournalEntry, file: String) {
        let record = entry.record
        let place = CheckPlace(file: file, offset: entry.offset, sequence: entry.sequence)
        found.verdict.entries += 1
        if record.kind == .incident || record.flags.contains(.incident) {
            found.verdict.incidents += 1
        }
        streams.apply(entry, record, at: place, to: &found)
        origins.apply(record, at: place, to: &found)
        unsafe orders.apply(record, raw: entry.raw, at: place, to: &found)
        reconcile?.note(record, at: place)
    }

    mutating func read(
        venueLog path: String,
        names: JournalNames
    ) throws(JournalError) {
        let bytes = try readFile(path)
        found.verdict.venueLogs += 1
        var number = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            if line.isEmpty { continue }
            let place = CheckPlace(file: path, offset: number, sequence: 0)
            do throws(VenueLogLine.Malformed) {
                try take(VenueLogLine(line), names: names, at: place)
            } catch {
                found.add(.venueLog, place, .none, error.text)
            }
        }
    }

    private mutating func take(
        _ line: VenueLogLine,
        names: JournalNames,
        at place: CheckPlace
    ) throws(VenueLogLine.Malformed) {
        guard let venue = names.venues.firstIndex(of: line.venue), venue < Int(noIndex8) else {
            throw .init(text: "venue \"\(line.venue)\" is not in the configuration")
        }
        guard isOurs(line, venue: venue, names: names) else {
            found.verdict.foreignEvents += 1
            return
        }
        reconcile?.match(line, venue: UInt8(venue), names: names, at: place, to: &found)
    }

    /// Our port is known by its login, or by a session name the venue gave it.
    private func isOurs(_ line: VenueLogLine, venue: Int, names: JournalNames) -> Bool {
        var known = streams.sessionNames[UInt8(venue)] ?? []
        if venue < names.venueUsers.count { known.insert(names.venueUsers[venue]) }
        return known.isEmpty || line.session.isEmpty || known.contains(line.session)
    }

    mutating func finish(_ names: JournalNames, everyVenue: Bool) -> JournalVerdict {
        reconcile?.finish(orders.orders, everyVenue: everyVenue, names: names, to: &found)
        found.verdict.orders = orders.orders.count
        for order in orders.orders.values where order.open != 0 {
            found.verdict.openOrders += 1
            found.verdict.openQty &+= order.open
        }
        return found.verdict
    }
}

private func readFile(_ path: String) throws(JournalError) -> [UInt8] {
    let fd = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard fd >= 0 else { throw .system(path: path, call: "open", errno: errno) }
    defer { close(fd) }
    var status = stat()
    guard unsafe fstat(fd, &status) == 0 else {
        throw .system(path: path, call: "fstat", errno: errno)
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var done = 0
    while done < bytes.count {
        let got = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe read(fd, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
        }
        guard got >= 0 else { throw .system(path: path, call: "read", errno: errno) }
        if got == 0 { break }
        done += got
    }
    bytes.removeLast(bytes.count - done)
    return bytes
}
