"""A whole Apus on a folder of its own, for the scripts beside this file."""

import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77


def skip(why):
    """Ends the script: what it needs is not here."""
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def binaries(given):
    """The folder of release binaries: as given, else APUS_BIN, else where `swift build` puts them."""
    folder = pathlib.Path(given or os.environ.get("APUS_BIN") or REPOSITORY / ".build/release")
    if not (folder / "apus").exists():
        skip(f"{folder} has no apus: build first, or name the folder with --bin or APUS_BIN")
    return folder


def _end_with_parent():
    """In the child: SIGTERM when this script dies, however it does."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


class Apus:
    """`with Apus(folder, "demo") as apus:` is one run; its processes and files go with the block."""

    def __init__(self, folder, verb):
        self.command = [str(folder / "apus"), verb]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="apus-judge-"))
        self.state = self.folder / "state"
        self.log = self.folder / "apus.log"
        self.process = None
        self.ports = {}

    def __enter__(self):
        command = self.command + [
            "--config", str(REPOSITORY / "config/demo.yaml"), "--state", str(self.state)]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, cwd=self.folder,
                preexec_fn=_end_with_parent)
        return self

    def wait_ready(self, seconds=60):
        """Waits until the gate is open and the ports are known."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.ports = json.loads((self.state / "ports.json").read_text())
            except (OSError, ValueError):
                self.ports = {}
            if self.ports.get("ready"):
                return
            time.sleep(0.05)
        raise RuntimeError(f"apus did not come up:\n{self.said()}")

    def wait(self, seconds):
        """Waits for the end; the exit status."""
        return self.process.wait(seconds)

    def password(self, user):
        return (self.state / "secrets" / user).read_text().split()[0]

    def said(self):
        return self.log.read_text(errors="replace")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shared = self.ports.get("shm_dir", "")
        if shared.startswith("/dev/shm/apus-"):
            shutil.rmtree(shared, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
