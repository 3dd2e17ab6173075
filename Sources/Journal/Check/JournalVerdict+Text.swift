internal import Vocabulary

extension JournalFinding: CustomStringConvertible {
    package var description: String {
        let unit = file.hasSuffix(".seg") ? "@" : ":"
        var line = "\(file)\(unit)\(place): \(law.rawValue): \(text)"
        if sequence != 0 { line += " (seq \(sequence))" }
        if orderID != .none { line += " (order \(orderID))" }
        return line
    }
}

extension JournalVerdict: CustomStringConvertible {
    /// What was checked, what is wrong line by line, and the verdict last.
    package var description: String {
        var lines = [
            "journal \(tradingDate): \(entries) entries in \(segments) segments, "
                + "\(orders) orders, \(fills) fills of \(filledQty)",
            "open: \(openOrders) orders, quantity \(openQty); incidents recorded: \(incidents)",
        ]
        if venueLogs > 0 {
            lines.append(
                "venue logs: \(venueLogs) read, \(venueEvents) events of ours, "
                    + "\(matched) matched, \(foreignEvents) of others"
            )
        }
        if ordersByWord > 0 {
            lines.append(
                "by a person's word alone: the end of \(ordersByWord) orders, "
                    + "\(filledByWord) shares filled; their venue forgot them"
            )
        }
        lines += findings.map(\.description)
        if findingCount > findings.count {
            lines.append("… and \(findingCount - findings.count) more")
        }
        lines.append("lost \(lost), duplicated \(duplicated), unexplained \(unexplained)")
        lines.append(isClean ? "verdict: clean" : "verdict: NOT clean, \(findingCount) findings")
        return lines.joined(separator: "\n")
    }

    /// The same as one JSON object, for `--json`.
    package var json: String {
        var json = JSONLine()
        json.add("tradingDate", tradingDate)
        json.add("verdict", isClean ? "clean" : "not clean")
        json.add("entries", entries)
        json.add("segments", segments)
        json.add("orders", orders)
        json.add("fills", fills)
        json.add("filledQty", filledQty)
        json.add("openOrders", openOrders)
        json.add("openQty", openQty)
        json.add("incidents", incidents)
        json.add("venueLogs", venueLogs)
        json.add("venueEvents", venueEvents)
        json.add("matched", matched)
        json.add("foreignEvents", foreignEvents)
        json.add("ordersByWord", ordersByWord)
        json.add("filledByWord", filledByWord)
        json.add("lost", lost)
        json.add("duplicated", duplicated)
        json.add("unexplained", unexplained)
        json.add("findingCount", findingCount)
        json.addRaw("findings", "[" + findings.map(\.json).joined(separator: ",") + "]")
        return json.finished
    }
}

extension JournalFinding {
    package var json: String {
        var json = JSONLine()
        json.add("law", law.rawValue)
        json.add("file", file)
        json.add("place", place)
        json.add("seq", sequence == 0 ? nil : sequence)
        json.add("orderID", orderID == .none ? nil : orderID.description)
        json.add("text", text)
        return json.finished
    }
}
