#!/usr/bin/env python3
"""Applies each deliberate fault to a scratch copy, builds the simulation and waits for it to notice.

  mutate.py [--seeds N] [--steps N] [--jobs N] [--scratch DIR] [--list] [NAME…]

Prints a line a fault: its name, the seed whose run broke, after how many seeds, and the law that
fell. Ends with 1 if a fault was not noticed, did not apply or did not build.
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


def run(scratch: Path, arguments) -> tuple[str, str, str]:
    """Seed, law and words of the first violation; empty when there is none."""
    binary = scratch / ".build" / "release" / "apus-sim"
    done = subprocess.run(
        [binary, "run", "--seeds", str(arguments.seeds), "--steps", str(arguments.steps),
         "--jobs", str(arguments.jobs), "--stop-at-first"],
        capture_output=True, text=True)
    for line in done.stdout.splitlines():
        found = LINE.search(line)
        if found:
            return found.group(1), found.group(2), found.group(3)
    if done.returncode not in (0, 1):
        return "?", "L19", f"apus-sim ended with {done.returncode}"
    return "", "", ""


def mutate(scratch: Path, entry, arguments) -> str:
    name, file, old, new, _ = entry
    path = scratch / "Sources" / file
    text = path.read_text()
    if text.count(old) != 1:
        return f"DOES NOT APPLY: its text stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new))
    try:
        failed = build(scratch)
        if failed:
            return f"DOES NOT BUILD: {failed}"
        seed, law, words = run(scratch, arguments)
    finally:
        path.write_text(text)
    return f"seed {seed:>4}  {law:<5} {words[:110]}" if seed else "NOT NOTICED"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seeds", type=int, default=1_000)
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--scratch", type=Path, default=ROOT / ".build" / "mutate")
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
    failed = build(arguments.scratch)
    if failed:
        print(f"mutate: the unchanged tree does not build: {failed}", file=sys.stderr)
        return 1
    seed, law, words = run(arguments.scratch, argparse.Namespace(
        seeds=min(arguments.seeds, 50), steps=arguments.steps, jobs=arguments.jobs))
    if seed:
        print(f"mutate: the unchanged tree breaks {law} at seed {seed}: {words}", file=sys.stderr)
        return 1
    noticed = 0
    for entry in chosen:
        began = time.monotonic()
        verdict = mutate(arguments.scratch, entry, arguments)
        noticed += verdict.startswith("seed")
        print(f"{entry[0]:<26} {verdict}  ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{noticed} of {len(chosen)} noticed within {arguments.seeds} seeds")
    return 0 if noticed == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
