import Commands
import Foundation
import Testing

/// A machine as files: everything tuned for CPUs 2 and 3 of 4, unless a test says otherwise.
private struct Machine {
    let folder: TemporaryFolder

    init(_ changes: [String: String?] = [:]) throws {
        folder = try TemporaryFolder()
        var files = Self.tuned
        for (path, text) in changes { files[path] = text }
        for (path, text) in files { _ = try folder.write(path, text) }
    }

    static let tuned: [String: String] = [
        "proc/cmdline": "quiet isolcpus=2-3 nohz_full=2-3 rcu_nocbs=2-3\n",
        "proc/cpuinfo": "flags : fpu tsc\n",
        "proc/swaps": "Filename Type Size Used Priority\n",
        "proc/self/limits": "Max locked memory  unlimited  unlimited  bytes\n",
        "proc/irq/default_smp_affinity": "3\n",
        "proc/irq/24/smp_affinity_list": "0-1\n",
        "proc/sys/vm/compaction_proactiveness": "0\n",
        "proc/sys/vm/swappiness": "0\n",
        "proc/sys/vm/stat_interval": "120\n",
        "proc/sys/kernel/numa_balancing": "0\n",
        "proc/sys/kernel/watchdog": "0\n",
        "proc/sys/kernel/nmi_watchdog": "0\n",
        "proc/sys/kernel/timer_migration": "0\n",
        "proc/sys/kernel/sched_rt_runtime_us": "-1\n",
        "proc/sys/kernel/io_uring_disabled": "0\n",
        "proc/sys/net/core/busy_poll": "50\n",
        "proc/sys/net/core/busy_read": "50\n",
        "proc/sys/net/core/rmem_max": "67108864\n",
        "proc/sys/net/ipv4/tcp_slow_start_after_idle": "0\n",
        "proc/sys/net/ipv4/tcp_autocorking": "0\n",
        "sys/devices/system/cpu/online": "0-3\n",
        "sys/devices/system/cpu/isolated": "2-3\n",
        "sys/devices/system/cpu/nohz_full": "2-3\n",
        "sys/devices/system/cpu/smt/active": "0\n",
        "sys/devices/system/cpu/cpu2/cpuidle/state2/disable": "1\n",
        "sys/devices/system/cpu/cpu3/cpuidle/state2/disable": "1\n",
        "sys/devices/system/cpu/cpu2/cpufreq/scaling_governor": "performance\n",
        "sys/devices/system/cpu/cpu3/cpufreq/scaling_governor": "performance\n",
        "sys/devices/system/cpu/vulnerabilities/meltdown": "Not affected\n",
        "sys/devices/system/cpu/vulnerabilities/spectre_v1": "Mitigation: barriers\n",
        "sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages": "512\n",
        "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
        "sys/devices/virtual/workqueue/cpumask": "3\n",
        "sys/kernel/mm/ksm/run": "0\n",
        "sys/kernel/mm/transparent_hugepage/enabled": "always madvise [never]\n",
        "sys/kernel/mm/transparent_hugepage/defrag": "always defer madvise [never]\n",
        "sys/kernel/mm/transparent_hugepage/khugepaged/defrag": "0\n",
        "sys/class/net/eth0/device/vendor": "0x1234\n",
        "sys/class/net/eth0/napi_defer_hard_irqs": "100\n",
        "sys/class/net/eth0/gro_flush_timeout": "200000\n",
        "sys/class/net/eth0/queues/rx-0/rps_cpus": "3\n",
        "sys/class/net/eth0/queues/tx-0/xps_cpus": "3\n",
        "sys/class/net/lo/mtu": "65536\n",
    ]

    func check(_ arguments: String...) throws -> (status: Int32, lines: [String: Line]) {
        let tool = Tool.run(["host", "check", "--json", "--root", folder.path] + arguments)
        struct Answer: Decodable { let lines: [Line] }
        let answer = try JSONDecoder().decode(Answer.self, from: Data(tool.out.utf8))
        let table = Dictionary(answer.lines.map { ($0.item, $0) }) { first, _ in first }
        return (tool.status, table)
    }

    struct Line: Decodable {
        let item: String
        let verdict: String
        let found: String
        let reason: String
    }
}

@Suite("apus host check")
struct HostCheckTests {
    @Test("finds a tuned machine without a failure and ends with 0")
    func tuned() throws {
        let (status, lines) = try Machine().check()
        let failed = lines.values.filter { $0.verdict == "fail" }.map(\.item)
        #expect(failed == [])
        #expect(status == 0)
        #expect(lines["isolation"]?.verdict == "pass")
        #expect(lines["mitigations"]?.verdict == "notApplicable")
        #expect(lines["mitigations"]?.found == "spectre_v1")
        #expect(lines["NIC node"]?.verdict == "notApplicable")
        #expect(lines["NIC settings"]?.verdict == "notApplicable")
    }

    /// One file out of tune, and the line that must fail for it.
    static let slips: [(file: String, text: String, item: String)] = [
        ("sys/devices/system/cpu/isolated", "\n", "isolation"),
        ("sys/devices/system/cpu/nohz_full", "(null)\n", "tickless"),
        ("proc/cmdline", "quiet rcu_nocbs=1\n", "RCU callbacks"),
        ("sys/devices/virtual/workqueue/cpumask", "f\n", "workqueues"),
        ("proc/irq/24/smp_affinity_list", "0-3\n", "interrupts"),
        ("proc/irq/default_smp_affinity", "f\n", "new interrupts"),
        ("proc/77/comm", "irqbalance\n", "irqbalance"),
        ("sys/devices/system/cpu/cpu3/cpuidle/state2/disable", "0\n", "idle states"),
        ("sys/devices/system/cpu/cpu3/cpufreq/scaling_governor", "powersave\n", "frequency"),
        ("sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n", "THP"),
        ("sys/kernel/mm/transparent_hugepage/defrag", "[madvise] never\n", "THP defrag"),
        ("sys/kernel/mm/transparent_hugepage/khugepaged/defrag", "1\n", "khugepaged defrag"),
        (
            "sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages", "0\n",
            "huge pages"
        ),
        ("sys/kernel/mm/ksm/run", "1\n", "KSM"),
        ("proc/sys/vm/compaction_proactiveness", "20\n", "vm.compaction_proactiveness"),
        ("proc/sys/kernel/numa_balancing", "1\n", "kernel.numa_balancing"),
        ("proc/sys/vm/swappiness", "60\n", "vm.swappiness"),
        ("proc/swaps", "Filename Type\n/dev/sda2 partition 1 0 -2\n", "swap devices"),
        ("proc/self/limits", "Max locked memory  8388608  8388608  bytes\n", "RLIMIT_MEMLOCK"),
        ("proc/sys/vm/stat_interval", "1\n", "vm.stat_interval"),
        ("proc/sys/kernel/watchdog", "1\n", "kernel.watchdog"),
        ("proc/sys/kernel/nmi_watchdog", "1\n", "kernel.nmi_watchdog"),
        ("proc/sys/kernel/timer_migration", "1\n", "kernel.timer_migration"),
        (
            "sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n",
            "clock source"
        ),
        ("proc/sys/kernel/io_uring_disabled", "2\n", "kernel.io_uring_disabled"),
        ("sys/class/net/eth0/queues/rx-0/rps_cpus", "c\n", "RPS"),
        ("sys/class/net/eth0/queues/tx-0/xps_cpus", "0\n", "XPS"),
        ("proc/sys/net/core/busy_poll", "0\n", "net.core.busy_poll"),
        ("proc/sys/net/core/busy_read", "0\n", "net.core.busy_read"),
        ("sys/class/net/eth0/gro_flush_timeout", "0\n", "interrupt deferral"),
        (
            "proc/sys/net/ipv4/tcp_slow_start_after_idle", "1\n",
            "net.ipv4.tcp_slow_start_after_idle"
        ),
        ("proc/sys/net/ipv4/tcp_autocorking", "1\n", "net.ipv4.tcp_autocorking"),
        ("proc/sys/net/core/rmem_max", "212992\n", "net.core.rmem_max"),
    ]

    @Test(
        "fails exactly the line that is out of tune, says what to do, and ends with 1",
        arguments: slips
    )
    func slip(file: String, text: String, item: String) throws {
        let (status, lines) = try Machine([file: text]).check("--cpus", "2-3")
        #expect(lines[item]?.verdict == "fail")
        #expect(lines[item]?.reason.isEmpty == false)
        #expect(status == 1)
        // Isolation is also what unlimited real-time share rests on.
        let others = item == "isolation" ? ["kernel.sched_rt_runtime_us"] : []
        let failed = lines.values.filter { $0.verdict == "fail" }.map(\.item)
        #expect(Set(failed) == Set([item] + others))
    }

    @Test("calls what a virtual machine does not have not applicable, with the reason")
    func virtual() throws {
        let (status, lines) = try Machine([
            "proc/cpuinfo": "flags : fpu tsc hypervisor\n",
            "sys/devices/system/cpu/nohz_full": nil,
            "sys/devices/system/cpu/cpu2/cpufreq/scaling_governor": nil,
            "sys/devices/system/cpu/cpu3/cpufreq/scaling_governor": nil,
            "sys/devices/system/cpu/cpu2/cpuidle/state2/disable": nil,
            "sys/devices/system/cpu/cpu3/cpuidle/state2/disable": nil,
        ]).check()
        #expect(status == 0)
        #expect(lines["frequency"]?.verdict == "notApplicable")
        #expect(lines["frequency"]?.reason == "no cpufreq: a virtual machine")
        #expect(lines["idle states"]?.verdict == "notApplicable")
        #expect(lines["tickless"]?.verdict == "notApplicable")
    }

    @Test("has nothing to say of network cards where there are none")
    func noNIC() throws {
        let (status, lines) = try Machine([
            "sys/class/net/eth0/device/vendor": nil,
            "proc/sys/net/core/busy_poll": "0\n",
        ]).check()
        #expect(status == 0)
        #expect(lines["RPS"]?.verdict == "notApplicable")
        #expect(lines["net.core.busy_poll"]?.verdict == "notApplicable")
    }

    @Test("counts an isolated cgroup partition as isolation")
    func partition() throws {
        let (_, lines) = try Machine([
            "sys/devices/system/cpu/isolated": "\n",
            "sys/fs/cgroup/hot/cpuset.cpus.partition": "isolated\n",
            "sys/fs/cgroup/hot/cpuset.cpus.effective": "2-3\n",
        ]).check("--cpus", "2-3")
        #expect(lines["isolation"]?.verdict == "pass")
    }

    @Test("asks that siblings of hot CPUs are isolated while SMT is on")
    func siblings() throws {
        let smt = [
            "sys/devices/system/cpu/smt/active": "1\n",
            "sys/devices/system/cpu/cpu2/topology/thread_siblings_list": "0,2\n",
            "sys/devices/system/cpu/cpu3/topology/thread_siblings_list": "2-3\n",
        ]
        let (_, lines) = try Machine(smt).check()
        #expect(lines["SMT"]?.verdict == "fail")
        #expect(lines["SMT"]?.found == "siblings 0 share a core with 2-3")
    }

    @Test("refuses CPUs that are none or not there with 65")
    func badCpus() throws {
        let machine = try Machine()
        let wrong = Tool.run("host", "check", "--root", machine.folder.path, "--cpus", "2-x")
        #expect(wrong.status == 65)
        #expect(wrong.err == "apus: --cpus \"2-x\" is not a CPU list, as in 2 or 2-3,5\n")
        let absent = Tool.run("host", "check", "--root", machine.folder.path, "--cpus", "2,9")
        #expect(absent.status == 65)
        #expect(absent.err == "apus: --cpus 9: not online; this machine has 0-3\n")
    }

    @Test("changes nothing")
    func readOnly() throws {
        let machine = try Machine()
        func state() throws -> [String: String] {
            try Machine.tuned.keys.reduce(into: [:]) { result, path in
                result[path] = try String(
                    contentsOfFile: "\(machine.folder.path)/\(path)",
                    encoding: .utf8
                )
            }
        }
        let before = try state()
        Tool.run("host", "check", "--root", machine.folder.path)
        #expect(try state() == before)
    }
}
