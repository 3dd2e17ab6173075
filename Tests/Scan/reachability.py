#!/usr/bin/env python3
"""Walks a linked binary from the engine's loop and fails on anything the hot path must not reach.

    reachability.py BINARY [--from PATTERN] [--list]     walk; exit 1 when something is found
    reachability.py --self-test                          prove on small programs that it finds things

What counts as reachable: every direct call and jump out of a function, calls through the PLT and
the GOT, and every function whose address is taken. What cannot be followed (a call through a
register) is a finding, unless the caller is on the list below with a reason.

Why a walk of the binary and not of object files: those import retain, release and malloc for value
witnesses, start-up and the cold exit of `invariant`, none of which the loop can reach.
"""

import argparse
import bisect
import os
import re
import shutil
import subprocess
import sys
import tempfile

# Where the walk begins: Engine.run(_:), mangled.
ENGINE_LOOP = r"^\$s7HotPath6EngineV3runyyAA8TSCClockVzF$"

# Never, whether linked in or called through the PLT.
FORBIDDEN = [
    (r"^swift_(nonatomic_)?(retain|release|tryRetain)(_n)?$", "reference counting"),
    (r"^swift_(nonatomic_)?bridgeObject(Retain|Release)(_n)?$", "reference counting"),
    (r"^swift_(nonatomic_)?unknownObject", "reference counting"),
    (r"^swift_(weak|unowned|nonatomic_unowned)", "reference counting"),
    (r"^swift_(errorRetain|errorRelease|allocError|deallocError)$", "a boxed error"),
    (r"^swift_(alloc|dealloc|slowAlloc|slowDealloc|initStack|makeBox)", "heap allocation"),
    (r"^swift_(projectBox|copyPOD|arrayInit|arrayAssign)", "a value of unknown layout"),
    (r"^swift_(beginAccess|endAccess)", "a run-time exclusivity check"),
    (r"^swift_once$", "a lazily initialised global"),
    (r"^swift_(get|conformsTo|dynamicCast|instantiate|check)", "run-time type look-up"),
    (r"^(malloc|calloc|realloc|free|posix_memalign|aligned_alloc|memalign|valloc)$", "the heap"),
    (r"^(_Zn[wa]|_Zd[la])", "the heap"),
    (r"^(pthread_(mutex|rwlock|cond|spin|once)|sem_)", "a lock"),
    (r"^dispatch_", "a queue"),
]

# Not entered. The cold exits end the process, so what they reach is not the hot path.
LEAVES = [
    (r"^\$s10Vocabulary15invariantBroken", "the cold exit of invariant"),
    (r"^\$ss17_assertionFailure", "fatalError and the traps of the standard library"),
    (r"^\$ss18_fatalErrorMessage", "fatalError"),
    (r"^swift_unexpectedError", "the end of an uncaught error"),
    (r"^__stack_chk_fail$", "the end of a smashed stack"),
    (r"^abort$", "the end"),
    # Not an end, but not a cost either: WireError is not generic, so its conformance is a compiled
    # table; the first refusal looks up where, and allocates nothing.
    (r"^\$s4Wire0A5ErrorOACs0B0AAWl$", "the compiled conformance of WireError to Error"),
]

# The only functions of other libraries the loop may call.
EXTERNAL = [
    (r"^(memcpy|memmove|memset|memcmp|bzero|__mem\w+_chk)$", "bytes; no allocation, no system call"),
    (r"^(recv|send|__recv_chk)$", "the sockets transport: counted"),
    (r"^epoll_(wait|ctl)$", "the sockets transport: counted"),
    (r"^io_uring_submit_and_get_events$", "the ring: counted"),
    (r"^io_uring_submit_and_wait_timeout$", "the ring's idle yield: counted"),
    (r"^io_uring_register_files_update$", "the ring, when a socket comes or goes: counted"),
    (r"^io_uring_get_sqe$", "the ring's own memory"),
    (r"^__errno_location$", "a thread's own word"),
    (r"^swift_willThrowTyped(Impl)?$", "a debugger's hook: one load and a compare"),
]

# Calls through a register that may stay, by the function that makes them.
INDIRECT = []

HEADER = re.compile(r"^([0-9a-f]+) <(.+)>:$")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\s+(.*?)\s*$")
BRANCH = re.compile(r"^(?:bnd |notrack )*(call|jmp|j[a-z]+)q?\s+(.*)$")
DIRECT = re.compile(r"^([0-9a-f]+)\b")
THROUGH_GOT = re.compile(r"^\*.*\(%rip\)\s+#\s*([0-9a-f]+)")
ADDRESS = re.compile(r"^lea\s+.*\(%rip\),%\w+\s+#\s*([0-9a-f]+)\s*(?:<(.*)>)?")


class Binary:
    """Functions of a binary by address, and what each can reach."""

    def __init__(self, path):
        self.path = path
        self.names = {}
        self.bodies = {}
        self.got = self._got()
        self._disassemble()
        self.starts = sorted(self.names)

    def _run(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if done.returncode != 0:
            sys.exit(f"reachability: {' '.join(command[:2])}: {done.stderr.strip()}")
        return done.stdout

    def _got(self):
        """Address of a GOT entry to the symbol the loader puts there."""
        entries = {}
        for line in self._run("objdump", "-R", "-w", self.path).splitlines():
            parts = line.split()
            if len(parts) >= 3 and re.fullmatch(r"[0-9a-f]+", parts[0]):
                entries[int(parts[0], 16)] = plain(parts[2])
        return entries

    def _ends(self):
        """Where each function ends. What lies behind it up to the next symbol has none of its own
        (the compiler's outlined copies lose theirs) and must not be taken for a part of it."""
        ends = {}
        for line in self._run("nm", "-S", "--defined-only", self.path).splitlines():
            parts = line.split()
            if len(parts) >= 4 and parts[2] in "tTwWiu":
                start, size = int(parts[0], 16), int(parts[1], 16)
                ends[start] = max(ends.get(start, 0), start + size)
        return ends

    def _disassemble(self):
        body = None
        end = None
        ends = self._ends()
        output = self._run("objdump", "-d", "-w", "--no-show-raw-insn", self.path)
        for line in output.splitlines():
            header = HEADER.match(line)
            if header:
                start = int(header.group(1), 16)
                self.names[start] = plain(header.group(2))
                body = self.bodies.setdefault(start, [])
                end = ends.get(start)
                continue
            instruction = INSTRUCTION.match(line)
            if not instruction or body is None:
                continue
            address, text = int(instruction.group(1), 16), instruction.group(2)
            if end is not None and address >= end:
                if re.match(r"(nop|int3|xchg\s+%ax,%ax|cs nop|data16)", text):
                    continue
                end = None
                self.names[address] = f"nameless_{address:x}"
                body = self.bodies.setdefault(address, [])
            body.append((address, text))

    def function_at(self, address):
        """The start of the function that holds `address`, or None."""
        index = bisect.bisect_right(self.starts, address) - 1
        if index < 0:
            return None
        start = self.starts[index]
        body = self.bodies[start]
        return start if address == start or (body and address <= body[-1][0]) else None

    def edges(self, start):
        """What a function leads to: ('inside', address), ('outside', name) or ('unknown', text)."""
        found = []
        body = self.bodies[start]
        for index, (_, text) in enumerate(body):
            taken = ADDRESS.match(text)
            if taken:
                target = int(taken.group(1), 16)
                if target in self.bodies and target != start:
                    found.append(("inside", target))
                continue
            branch = BRANCH.match(text)
            if not branch:
                continue
            operand = branch.group(2)
            direct = DIRECT.match(operand)
            if direct:
                target = self.function_at(int(direct.group(1), 16))
                if target is None:
                    found.append(("unknown", text))
                elif target != start:
                    found.append(("inside", target))
                continue
            through = THROUGH_GOT.match(operand)
            if through:
                slot = int(through.group(1), 16)
                name = self.got.get(slot)
                found.append(("outside", name) if name else ("unknown", text))
                continue
            if branch.group(1) == "jmp" and is_switch(body, index):
                continue
            found.append(("unknown", text))
        return found


def is_switch(body, index):
    """A jump through a register that was just loaded from a table beside the code."""
    before = " ".join(text for _, text in body[max(0, index - 8) : index])
    return "movslq" in before or re.search(r"jmp\s+\*.*\(,%", body[index][1]) is not None


def plain(name):
    """A symbol without version and PLT marks."""
    return re.sub(r"(@plt(\.sec)?|@@?[A-Za-z].*|[+-]0x[0-9a-f]+)$", "", name)


def reason(name, table):
    for pattern, why in table:
        if re.search(pattern, name):
            return why
    return None


def walk(binary, pattern):
    """Findings as (what, why, path), and the number of functions looked at."""
    roots = [start for start, name in binary.names.items() if re.search(pattern, name)]
    if not roots:
        return None, 0
    came_from = {root: None for root in roots}
    pending = list(roots)
    findings = {}

    def path_to(start):
        path = []
        while start is not None:
            path.append(binary.names[start])
            start = came_from[start]
        return list(reversed(path))

    def note(what, why, start):
        findings.setdefault((what, why), path_to(start) + [what])

    while pending:
        start = pending.pop()
        for kind, target in binary.edges(start):
            if kind == "unknown":
                if not reason(binary.names[start], INDIRECT):
                    note(target, "a call that cannot be followed", start)
                continue
            name = target if kind == "outside" else binary.names[target]
            if reason(name, LEAVES):
                continue
            forbidden = reason(name, FORBIDDEN)
            if forbidden:
                note(name, forbidden, start)
                continue
            if kind == "inside" and not is_stub(binary, target):
                if target not in came_from:
                    came_from[target] = start
                    pending.append(target)
            elif not reason(name, EXTERNAL):
                note(name, "a call out of the program that is not on the list", start)
    return [(what, why, path) for (what, why), path in findings.items()], len(came_from)


def is_stub(binary, start):
    """A PLT entry: one jump through the GOT."""
    body = [text for _, text in binary.bodies[start] if not text.startswith(("endbr", "nop"))]
    return bool(body) and re.match(r"^(bnd )?jmp\s+\*.*\(%rip\)", body[0]) is not None


def demangled(names):
    tool = shutil.which("swift-demangle") or shutil.which("swift")
    if not tool:
        return names
    command = [tool] if tool.endswith("demangle") else [tool, "demangle"]
    done = subprocess.run(
        command + ["--simplified"], input="\n".join(names), capture_output=True, text=True
    )
    lines = done.stdout.splitlines()
    return lines if done.returncode == 0 and len(lines) == len(names) else names


def scan(path, pattern, listing=False):
    binary = Binary(path)
    findings, count = walk(binary, pattern)
    if findings is None:
        print(f"reachability: {path}: no function matches {pattern}", file=sys.stderr)
        return 65
    if listing:
        print(f"{count} functions")
    for what, why, path_names in sorted(findings):
        print(f"\n{what}: {why}")
        for depth, name in enumerate(demangled(path_names)):
            print(f"    {'  ' * depth}{name}")
    if findings:
        print(f"\nreachability: {len(findings)} findings in {count} functions")
        return 1
    print(f"reachability: {count} functions reachable from the engine loop, nothing forbidden")
    return 0


# --- Self-test: the scan must find what it exists to find, and nothing in a clean program.

CLEAN = """
@inline(never) func step(_ words: UnsafeMutablePointer<UInt64>, _ count: Int) -> UInt64 {
    var sum: UInt64 = 0
    for index in 0..<count { sum &+= words[index]; words[index] = sum }
    return sum
}
@inline(never) public func loop(_ words: UnsafeMutablePointer<UInt64>) -> UInt64 {
    var sum: UInt64 = 0
    for turn in 0..<1_000 {
        sum &+= step(words, 16)
        if turn == 999_999 { fatalError("never") }
        %s
    }
    return sum
}
final class Box { var value: UInt64 = 0 }
nonisolated(unsafe) var kept: [UInt64] = []
nonisolated(unsafe) var box: Box? = nil
nonisolated(unsafe) var work: (() -> UInt64)? = nil
nonisolated(unsafe) let table: [UInt64] = (0..<64).map { UInt64($0 * CommandLine.arguments.count) }
let words = UnsafeMutablePointer<UInt64>.allocate(capacity: 16)
words.initialize(repeating: 1, count: 16)
print(loop(words), kept.count, box?.value ?? 0, work?() ?? 0, table.count)
"""

PLANTED = {
    "nothing": ("", None),
    "an array that grows": ("kept.append(sum)", "swift_"),
    "a class instance": ("box = Box(); box?.value = sum", "swift_allocObject"),
    "an escaping closure": ("let now = sum; work = { now &+ 1 }", "swift_allocObject"),
    "a call through a stored closure": ("if let work { sum &+= work() }", "cannot be followed"),
    "a string": ('if sum == 7 { print("sum \\(sum)") }', "swift_"),
}


def self_test():
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for title, (line, wanted) in PLANTED.items():
            source = os.path.join(folder, "main.swift")
            program = os.path.join(folder, "program")
            with open(source, "w") as file:
                file.write(CLEAN % line)
            built = subprocess.run(
                ["swiftc", "-O", "-module-name", "Planted", source, "-o", program],
                capture_output=True,
                text=True,
            )
            if built.returncode != 0:
                print(f"self-test: {title}: does not compile\n{built.stderr}")
                failures += 1
                continue
            findings, _ = walk(Binary(program), r"^\$s7Planted4loop")
            texts = [f"{what} {why}" for what, why, _ in findings or []]
            if wanted is None:
                passed = findings == []
            else:
                passed = any(wanted in text for text in texts)
            print(f"self-test: {title}: {'ok' if passed else 'FAILED'}")
            if not passed:
                print("    found: " + "; ".join(texts))
                failures += 1
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description="what the engine loop can reach")
    parser.add_argument("binary", nargs="?")
    parser.add_argument("--from", dest="pattern", default=ENGINE_LOOP, metavar="PATTERN")
    parser.add_argument("--list", action="store_true", help="print how many functions were walked")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if not options.binary:
        parser.error("a binary, or --self-test")
    if not os.path.exists(options.binary):
        print(f"reachability: {options.binary}: no such file", file=sys.stderr)
        return 65
    return scan(options.binary, options.pattern, options.list)


if __name__ == "__main__":
    sys.exit(main())
