extension FuzzTarget {
    /// Every target, in the order `./dev fuzz` runs them.
    package static let all: [FuzzTarget] = [
        .soup, .ouchInbound, .ouchOutbound, .itch, .mold, .binaryFile,
    ]
}
