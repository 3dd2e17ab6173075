/// Columns of text. Words to the left, numbers to the right; the widest cell decides.
struct Table {
    private let head: [String]
    private var rows: [[String]] = []

    init(_ head: [String]) { self.head = head }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    var isEmpty: Bool { rows.isEmpty }

    var lines: [String] {
        let all = [head] + rows
        let widths = head.indices.map { column in
            all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        let right = head.indices.map { column in
            !rows.isEmpty && rows.allSatisfy { column < $0.count && Self.isNumber($0[column]) }
        }
        return all.map { row in
            let cells = row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return right[column] ? padding + row[column] : row[column] + padding
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    var text: String { lines.joined(separator: "\n") }

    private static func isNumber(_ cell: String) -> Bool {
        guard let first = cell.first else { return true }
        return cell == "-" || first.isNumber
            || (first == "-" && cell.dropFirst().first?.isNumber == true)
    }
}
