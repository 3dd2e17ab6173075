extension FuzzTarget {
    /// Every target, in the order `./dev fuzz` runs them.
    package static let all: [FuzzTarget] = [
        .soup, .ouchInbound, .ouchOutbound, .itch, .mold, .binaryFile, .stream, .feed, .books,
        .auditRing, .rings, .pages, .region, .image, .control, .coldRequest,
        .ledger, .journal, .venueLog,
    ]
}
