/// "one of MAIN, PROP and 7 more": what would be right, as far as `bytesMax` bytes of names go. Of
/// `count` names only those that are listed are asked for.
public func oneOf(_ count: Int, bytesMax: Int, _ name: (Int) -> String) -> String {
    var listed = ""
    for index in 0..<count {
        let longer = listed.isEmpty ? name(index) : "\(listed), \(name(index))"
        guard longer.utf8.count <= bytesMax else {
            return "one of \(listed) and \(count - index) more"
        }
        listed = longer
    }
    return "one of \(listed)"
}
