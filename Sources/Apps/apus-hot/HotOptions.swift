/// The command line of `apus-hot`: a handful of flags, read without a parser so that hot links
/// nothing it does not need.
struct HotOptions {
    var stateDir = ""
    var shmDir = ""
    /// End when the process that started us ends.
    var dieWithParent = false
    /// Make a snapshot of the sealed journal and end; touches neither rings nor sockets.
    var snapshot = false

    static let help = """
        usage: apus-hot --state DIR --shm-dir DIR [--die-with-parent]
               apus-hot --snapshot --state DIR
          --state DIR        holds hot.image, the journal, hot.sock and the locks
          --shm-dir DIR      on tmpfs: hot.shm and cold.shm
          --die-with-parent  end when the launcher ends
          --snapshot         write down the state at the end of the journal's last sealed segment, so
                             that a start need not read the whole day; in a process of its own
        """

    static func parse(_ arguments: [String]) -> Result<HotOptions, HotRefusal> {
        var options = HotOptions()
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            switch flag {
            case "--state", "--shm-dir":
                guard let value = rest.popFirst() else {
                    return .failure(.usage("\(flag) needs a folder"))
                }
                if flag == "--state" { options.stateDir = value } else { options.shmDir = value }
            case "--snapshot": options.snapshot = true
            case "--die-with-parent": options.dieWithParent = true
            case "-h", "--help": return .failure(HotRefusal(exitCode: 0, text: help))
            default: return .failure(.usage("unknown flag \(flag)\n\(help)"))
            }
        }
        if options.snapshot, !options.stateDir.isEmpty { return .success(options) }
        guard !options.stateDir.isEmpty, !options.shmDir.isEmpty else {
            return .failure(.usage("--state and --shm-dir are both needed\n\(help)"))
        }
        return .success(options)
    }
}
