import Desk
import Glibc

@main
enum Main {
    static func main() { exit(ColdMain.run(Array(CommandLine.arguments.dropFirst()))) }
}
