extension LockError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .held(let path, let pid):
            "lock \(path): held by pid \(pid); one process a role"
        case .system(let path, let code):
            "lock \(path): \(errorText(code)) (errno \(code))"
        }
    }
}
