#!/usr/bin/env python3
"""Applies each deliberate fault to a scratch copy, builds the simulation and waits for it to notice.

  mutate.py [--apart] [--seeds N] [--steps N] [--jobs N] [--scratch DIR] [--list] [NAME…]

All faults go into one build of the copy, each behind a question to APUS_MUTANT, so that only one is
ever there; with --apart each is built alone, which takes a minute or two a fault. Prints a line a
fault: its name, the seed whose run broke, the law that fell and its words. Ends with 1 if a fault
was not noticed, did not apply or did not build.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from mutations import MUTATIONS

ROOT = Path(__file__).resolve().parents[2]
COPIED = ["Sources", "Package.swift", "Package.resolved"]
BUILD = ["swift", "build", "-c", "release", "--explicit-target-dependency-import-check", "error",
         "--product", "apus-sim"]
QUESTION = """import Glibc

private let chosen: Int = {
    guard let text = unsafe getenv("APUS_MUTANT") else { return 0 }
    return Int(unsafe atoi(text))
}()

/// Whether the one deliberate fault of this run is that of `number`.
@inline(never)
public func mutantIs(_ number: Int) -> Bool { chosen == number }
"""
LINE = re.compile(r"apus-sim run --seed (\d+) .*?# (\S+) (.*)")


def prepare(scratch: Path) -> None:
    """A fresh copy of the sources; what an earlier run built there stays."""
    scratch.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        source, target = ROOT / name, scratch / name
        if source.is_dir():
            copy_changed(source, target)
        elif source.exists():
            shutil.copy2(source, target)
    # Package.swift names test folders, which must exist.
    for folder in (ROOT / "Tests", ROOT / "Benchmarks"):
        if folder.is_dir():
            copy_changed(folder, scratch / folder.name)
    package = scratch / "Package.swift"
    # A fault may leave a variable unused; that is not what is asked here.
    package.write_text(package.read_text().replace("    .treatAllWarnings(as: .error),\n", ""))


def copy_changed(source: Path, target: Path) -> None:
    wanted = set()
    for path in source.rglob("*"):
        if not path.is_file():
            continue
        relative = path.relative_to(source)
        wanted.add(relative)
        copy = target / relative
        if copy.exists() and copy.read_bytes() == path.read_bytes():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    for path in list(target.rglob("*")):
        if path.is_file() and path.relative_to(target) not in wanted:
            path.unlink()


def build(scratch: Path) -> str:
    """Empty when it built, else the first errors."""
    environment = dict(os.environ, APUS_ROOMS="apus-sim")
    done = subprocess.run(BUILD, cwd=scratch, env=environment, capture_output=True, text=True)
    if done.returncode == 0:
        return ""
    errors = [line for line in done.stdout.splitlines() if "error" in line]
    return "; ".join(errors[:3]) or done.stderr.strip()[:300] or "swift build failed"


def run(scratch: Path, arguments, number: int = 0) -> tuple[str, str, str]:
    """Seed, law and words of the first violation; empty when there is none."""
    binary = scratch / ".build" / "release" / "apus-sim"
    done = subprocess.run(
        [binary, "run", "--seeds", str(arguments.seeds), "--steps", str(arguments.steps),
         "--jobs", str(arguments.jobs), "--stop-at-first"],
        capture_output=True, text=True, env=dict(os.environ, APUS_MUTANT=str(number)))
    for line in done.stdout.splitlines():
        found = LINE.search(line)
        if found:
            return found.group(1), found.group(2), found.group(3)
    if done.returncode not in (0, 1):
        return "?", "L19", f"apus-sim ended with {done.returncode}"
    return "", "", ""


def apply(scratch: Path, entry, condition: str) -> str:
    """Puts the fault into the copy; empty, or why it does not fit."""
    name, file, old, new, _ = entry
    path = scratch / "Sources" / file
    text = path.read_text()
    if text.count(old) != 1:
        return f"DOES NOT APPLY: its text stands {text.count(old)} times in {file}"
    text = text.replace(old, new.replace("MUTANT", condition))
    if condition != "true" and "import Vocabulary" not in text:
        # What code inlined elsewhere asks must be public there.
        level = "public" if "@inlinable" in text else "internal"
        first = re.search(r"^\S* ?import ", text, re.M)
        text = text[:first.start()] + f"{level} import Vocabulary\n" + text[first.start():]
    path.write_text(text)
    return ""


def verdict(found: tuple[str, str, str]) -> str:
    seed, law, words = found
    return f"seed {seed:>4}  {law:<5} {words[:110]}" if seed else "NOT NOTICED"


def alone(scratch: Path, entry, arguments) -> str:
    path = scratch / "Sources" / entry[1]
    text = path.read_text()
    try:
        return apply(scratch, entry, "true") or (
            f"DOES NOT BUILD: {failed}" if (failed := build(scratch))
            else verdict(run(scratch, arguments)))
    finally:
        path.write_text(text)


def together(scratch: Path) -> str:
    """All faults in one build; empty, or what went wrong."""
    (scratch / "Sources" / "Vocabulary" / "Mutant.swift").write_text(QUESTION)
    # The question is a call the compiler knows nothing about.
    for path in (scratch / "Sources").rglob("*.swift"):
        text = path.read_text()
        proofless = re.sub(r"@_no(Locks|Allocation) ?\n?", "", text)
        if proofless != text:
            path.write_text(proofless)
    for number, entry in enumerate(MUTATIONS, start=1):
        failed = apply(scratch, entry, f"mutantIs({number})")
        if failed:
            return f"{entry[0]}: {failed}"
    return build(scratch)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seeds", type=int, default=1_000)
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--scratch", type=Path, default=ROOT / ".build" / "mutate")
    parser.add_argument("--apart", action="store_true", help="each in a build of its own")
    parser.add_argument("--list", action="store_true", help="only name them")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    known = {entry[0] for entry in MUTATIONS}
    for name in arguments.names:
        if name not in known:
            parser.error(f"{name}: no such mutation; --list names them")
    chosen = [e for e in MUTATIONS if not arguments.names or e[0] in arguments.names]
    if arguments.list:
        for entry in chosen:
            print(f"{entry[0]:<26} {entry[4]} ({entry[1]})")
        return 0
    prepare(arguments.scratch)
    failed = build(arguments.scratch) if arguments.apart else together(arguments.scratch)
    if failed:
        print(f"mutate: the copy does not build: {failed}", file=sys.stderr)
        return 1
    seed, law, words = run(arguments.scratch, argparse.Namespace(
        seeds=min(arguments.seeds, 50), steps=arguments.steps, jobs=arguments.jobs))
    if seed:
        print(f"mutate: the unchanged tree breaks {law} at seed {seed}: {words}", file=sys.stderr)
        return 1
    noticed = 0
    for number, entry in enumerate(MUTATIONS, start=1):
        if entry not in chosen:
            continue
        began = time.monotonic()
        said = (alone(arguments.scratch, entry, arguments) if arguments.apart
                else verdict(run(arguments.scratch, arguments, number)))
        noticed += said.startswith("seed")
        print(f"{entry[0]:<26} {said}  ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{noticed} of {len(chosen)} noticed within {arguments.seeds} seeds")
    return 0 if noticed == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
