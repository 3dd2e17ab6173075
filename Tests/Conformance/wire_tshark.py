#!/usr/bin/env python3
"""Let tshark judge what simulator and gateway put on the wire while `apus demo` runs.

    wire_tshark.py [--bin FOLDER] [--dissectors FOLDER] [--keep FILE.pcap] [--read FILE.pcap PORTS.json]

Needs tshark and dumpcap, allowed to capture on lo, and the Lua dissectors of
Open-Markets-Initiative/wireshark-lua: APUS_DISSECTORS names a folder with them. Without one of
those it says so and ends with 77. 0: every byte was explained; 1: the first faults are printed.

It captures on lo, starts the demo, trades as a client through the gateway's OUCH port, and asks
of every frame of ours: a tree of the expected messages, no `Lua Error`, no `Malformed`, every byte
in exactly one field. Per direction of a connection the packets tshark saw, one behind the other,
must be the very bytes of the stream; per datagram, as many messages as its header says. What the
client meant to send must be what tshark read. What the scripts themselves cannot do is listed in
`LIMITS` and counted apart.
"""

import argparse
import collections
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import pdml
import running
import trading

SCRIPTS = (
    "Nasdaq_NsmEquities_Orders_Ouch_v5_0_Dissector.lua",
    "Nasdaq_NsmEquities_TotalView_Itch_v5_0_2017_Dissector.lua",
)
MASS = {"unsequencedmessagetype": "CDE", "sequencedmessagetype": "XGK"}
# The script follows the text of April 2023; these tags came to these messages later.
TAGS = {
    "enterorderoptionalfield": {6, 7, 9, 10, 11, 12, 13, 15, 16, 17, 24, 25, 26, 28, 29, 30},
    "replaceorderoptionalfield": {9, 10, 11, 13, 16, 24, 25, 26, 27, 28, 29, 30},
    "orderacceptedoptionalfield": {24, 25, 28},
    "replacedmessageoptionalfield": {28},
    "orderexecutedoptionalfield": {28},
    "orderrestatedoptionalfield": {28},
}
LIMITS = [
    "mass cancel, disable, enable and their responses are Unknown",
    "tag 12 on Enter Order is Unknown",
    "tag 28 on Enter Order is Unknown",
    "AIQ Canceled ends one byte early",
    "a MoldUDP64 request, a header that asks, is read as one that brings: Lua Error",
    "the text of a Debug packet is read to its first character",
]
FAULTS_SHOWN = 20


class Judge:
    """Goes through the frames once; `faults` says what was wrong, `counts` what was seen."""

    def __init__(self, ports):
        self.tcp = {}
        self.feeds, self.requests = {}, {}
        for name, venue in ports["venues"].items():
            self.tcp[venue["ouch"]] = ("gateway", f"simulator {name}")
            self.tcp[venue["dropCopy"]] = ("drop copy client", f"simulator {name}")
            self.feeds[venue["feed"]] = name
            self.requests[venue["request"]] = name
        self.client_port = ports["clients"]["port"]
        self.tcp[self.client_port] = ("client", "gateway")
        self.counts = collections.defaultdict(collections.Counter)
        self.frames = collections.Counter()
        self.limits = collections.Counter({limit: 0 for limit in LIMITS})
        self.own = collections.Counter()
        self.faults = []
        self.entered = {}
        self.streams = collections.defaultdict(dict)
        self.packets = collections.defaultdict(list)

    def filter(self):
        def any_of(ports):
            return "{" + ",".join(str(port) for port in ports) + "}"
        datagrams = any_of([*self.feeds, *self.requests])
        return (f"((tcp.port in {any_of(self.tcp)} && tcp.len > 0) || udp.port in {datagrams})"
                " && !icmp")

    def fault(self, frame, what):
        self.faults.append(f"frame {frame.number('frame.number')}: {what}")

    def take(self, frame):
        if frame.number("udp.dstport") in self.requests:
            return self.take_request(frame)
        if frame.number("udp.dstport") in self.feeds:
            return self.take_join(frame)
        for line in frame.trouble[:1]:
            self.fault(frame, line)
        if "tcp.srcport" in frame.plain:
            self.take_tcp(frame)
        else:
            self.take_udp(frame)

    # TCP: SoupBinTCP with OUCH in it

    def take_tcp(self, frame):
        source, target = frame.number("tcp.srcport"), frame.number("tcp.dstport")
        port, to_server = (target, True) if target in self.tcp else (source, False)
        client, server = self.tcp[port]
        way = f"{client} to {server}" if to_server else f"{server} to {client}"
        key = (frame.number("tcp.stream"), to_server, way)
        payload = bytes.fromhex(frame.plain["tcp.payload"])
        self.streams[key][frame.number("tcp.seq")] = payload
        self.frames["TCP segments"] += 1
        for tree in frame.trees:
            if "ouch" not in tree.text.lower():
                self.fault(frame, f"read as {tree.text}")
            for packet in tree.children:
                if packet.name == "soupbintcppacket":
                    self.packets[key].append(packet.value)
                    self.take_packet(frame, packet, way, port, to_server)

    def take_packet(self, frame, packet, way, port, to_server):
        kind = packet.first("packettype")
        if kind is None:
            return self.fault(frame, f"{way}: a packet without a type: {packet.value}")
        message = packet.first("unsequencedmessagetype" if kind.show == "U" else
                               "sequencedmessagetype")
        text = (message or kind).text.split(": ", 1)[-1]
        excused = self.unknown(frame, packet, way)
        if message is not None and message.show == "D" and message.name.startswith("seq"):
            self.limits[LIMITS[3]] += 1
            excused += 1
        if kind.show == "+":
            self.limits[LIMITS[5]] += 1
            excused += 1
        gaps = packet.uncovered()
        if sum(1 for _ in gaps) > excused or any(size < 0 for _, size in gaps):
            node, size = gaps[0]
            self.fault(frame, f"{way}: {text}: {size} bytes of {node.name} in no field: "
                              f"{packet.value}")
        for node in packet.walk():
            # The script walks the elements to the packet's end and never adds them up.
            given = next((n for n in node.children if n.name == "appendagelength"), None)
            found = sum(n.size for n in node.children if n.name.endswith("appendage"))
            if given is not None and int(given.show) != found:
                self.fault(frame, f"{way}: {text}: appendage of {found} bytes said to have "
                                  f"{given.show}: {packet.value}")
        if kind.show in "US" and message is None:
            self.fault(frame, f"{way}: no message in {packet.value}")
        self.counts[way][text] += 1
        if port == self.client_port and to_server and text.startswith("Enter Order"):
            fields = {node.name: node.show for node in packet.walk()}
            self.entered[int(fields["userrefnum"])] = (
                fields["side"], int(fields["quantity"]), fields["symbol"].strip(),
                round(float(fields["price"]) * 10_000))

    def unknown(self, frame, packet, way):
        """Counts what the script calls Unknown; how many gaps that explains."""
        gaps = 0
        for node in packet.walk():
            if "Unknown(" not in node.text:
                continue
            if node.show in MASS.get(node.name, ()) and node.show:
                self.limits[LIMITS[0]] += 1
                gaps += 1
            elif node.name in TAGS and int(node.show) in TAGS[node.name]:
                where = "Enter Order" if node.name.startswith("enter") else node.text.split(" Opt")[0]
                self.limits[f"tag {node.show} on {where} is Unknown"] += 1
                gaps += 1
            elif node.name == "rejectedorderreason" and 101 <= int(node.show) <= 699:
                self.own[f"reject reason {node.show}"] += 1
            else:
                self.fault(frame, f"{way}: {node.text}: {packet.value}")
        return gaps

    def compare_streams(self):
        """The packets tshark saw must be the stream, byte for byte."""
        for key, segments in self.streams.items():
            stream, at = b"", 1
            for sequence in sorted(segments):
                stream += segments[sequence][max(0, at - sequence):]
                at = max(at, sequence + len(segments[sequence]))
            seen = bytes.fromhex("".join(self.packets[key]))
            if seen != stream:
                same = next((i for i, pair in enumerate(zip(seen, stream)) if pair[0] != pair[1]),
                            min(len(seen), len(stream)))
                self.faults.append(f"{key[2]}: of {len(stream)} bytes, {len(seen)} are in packets; "
                                   f"they part at {same}")
            self.frames["TCP bytes"] += len(stream)

    # UDP: MoldUDP64 with ITCH in it

    def take_request(self, frame):
        """Session, first number, how many: 20 bytes and nothing behind them."""
        if len(frame.plain["udp.payload"]) != 40:
            self.fault(frame, f"a request of other than 20 bytes: {frame.plain['udp.payload']}")
        if frame.trouble:
            self.limits[LIMITS[4]] += 1
        self.counts["gateway to re-request server"]["Request"] += 1

    def take_join(self, frame):
        """How a receiver without multicast asks a simulated feed: text of ours, no protocol."""
        payload = bytes.fromhex(frame.plain["udp.payload"])
        if payload not in (b"JOIN A", b"JOIN B", b"LEAVE"):
            self.fault(frame, f"to a feed: {payload!r}")
        self.counts["gateway to feed"][payload.decode(errors="replace")] += 1

    def take_udp(self, frame):
        source = frame.number("udp.srcport")
        payload = bytes.fromhex(frame.plain.get("udp.payload", ""))
        name = self.requests.get(source) or self.feeds[source]
        way = f"{'re-request server' if source in self.requests else 'feed'} {name} to gateway"
        self.frames["datagrams"] += 1
        if len(frame.trees) != 1 or "itch" not in frame.trees[0].text.lower():
            return self.fault(frame, f"{way}: no ITCH tree for {payload.hex()}")
        tree = frame.trees[0]
        if tree.size != len(payload):
            self.fault(frame, f"{way}: {tree.size} of {len(payload)} bytes are in the tree")
        self.take_datagram(frame, tree, way)

    def take_datagram(self, frame, tree, way):
        count = int(tree.first("messagecount").show)
        messages = tree.all("message")
        if count == 0:
            self.counts[way]["(heartbeat)"] += 1
        elif count == 0xFFFF:
            self.counts[way]["(end of session)"] += 1
            count = 0
        if len(messages) != count:
            self.fault(frame, f"{way}: {count} messages in the header, {len(messages)} read")
        for node, size in tree.uncovered():
            self.fault(frame, f"{way}: {size} bytes of {node.name} in no field")
        for message in messages:
            kind = message.first("messagetype")
            if kind is None or len(message.children) < 3:
                self.fault(frame, f"{way}: no message tree in {message.value}")
                continue
            for node in message.walk():
                if "Unknown(" in node.text:
                    self.fault(frame, f"{way}: {kind.text}: {node.text}")
            self.counts[way][kind.text.split(": ", 1)[-1]] += 1


def capture_and_trade(folder, file):
    """The demo from start to end with a capture around it; the ports and what the client meant."""
    capture = subprocess.Popen(
        ["dumpcap", "-q", "-i", "lo", "-B", "64", "-a", "duration:180", "-w", str(file)],
        stderr=subprocess.PIPE, text=True)
    said = capture.stderr.readline()
    if "Capturing" not in said:
        capture.wait()
        running.skip(f"dumpcap may not capture on lo: {said.strip()}")
    capture.stderr.readline()
    try:
        with running.Apus(folder, "demo") as apus:
            apus.wait_ready()
            morning = trading.Morning(apus.ports["clients"]["port"], apus.password(trading.USER))
            morning.run()
            code = apus.wait(120)
            print(*apus.said().splitlines()[-18:-5], sep="\n")
            if code != 0:
                raise RuntimeError(f"apus demo ended with {code}:\n{apus.said()}")
            return apus.ports, morning.sent
    finally:
        time.sleep(0.5)
        capture.send_signal(signal.SIGINT)
        said = capture.stderr.read()
        capture.wait(10)
        print(said.strip().splitlines()[-1])


def judge(file, ports, scripts):
    result = Judge(ports)
    command = ["tshark", "-n", "-r", str(file), "-Y", result.filter(), "-T", "pdml"]
    for script in scripts:
        command += ["-X", f"lua_script:{script}"]
    tshark = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
    for frame in pdml.frames(tshark.stdout):
        result.take(frame)
    said = [line for line in tshark.stderr.read().splitlines() if "Running as user" not in line]
    if tshark.wait() != 0 or said:
        result.faults.append(f"tshark said: {said}")
    result.compare_streams()
    return result


def report(result, sent):
    for way in sorted(result.counts):
        print(f"\n{way}: {sum(result.counts[way].values())}")
        for text, count in result.counts[way].most_common():
            print(f"  {count:7}  {text}")
    print()
    for what, count in result.frames.items():
        print(f"{count} {what}")
    print("limits of the scripts:")
    for limit, count in result.limits.items():
        print(f"  {count:7}  {limit}")
    if result.own:
        reasons = ", ".join(f"{what} × {count}" for what, count in sorted(result.own.items()))
        print(f"Apus's own codes, in no list of the venue's: {reasons}")
    if sent is not None:
        if result.entered != sent:
            result.faults.append(f"the client sent {sent}, tshark read {result.entered}")
        print(f"{len(result.entered)} Enter Orders of the client, read as it meant them")
    for way in ("client to gateway", "gateway to client"):
        if not result.counts[way]:
            result.faults.append(f"nothing was seen from {way}")
    for fault in result.faults[:FAULTS_SHOWN]:
        print(f"FAULT {fault}")
    print(f"{len(result.faults)} faults")
    return 1 if result.faults else 0


def dissectors(given):
    folder = given or os.environ.get("APUS_DISSECTORS")
    if not folder:
        running.skip("APUS_DISSECTORS does not name a folder with the Lua dissectors")
    found = [next(pathlib.Path(folder).rglob(name), None) for name in SCRIPTS]
    if None in found:
        running.skip(f"{folder} does not hold {SCRIPTS[found.index(None)]}")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin")
    parser.add_argument("--dissectors")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--read", nargs=2, type=pathlib.Path)
    options = parser.parse_args()
    scripts = dissectors(options.dissectors)
    for tool in ("tshark", "dumpcap"):
        if shutil.which(tool) is None:
            running.skip(f"{tool} is not installed (apt-get install tshark)")
    if options.read:
        ports = json.loads(options.read[1].read_text())
        return report(judge(options.read[0], ports, scripts), None)
    folder = running.binaries(options.bin)
    file = options.keep or pathlib.Path(f"/tmp/apus-judge-{os.getpid()}.pcap")
    try:
        ports, sent = capture_and_trade(folder, file)
        if options.keep:
            file.with_suffix(".ports.json").write_text(json.dumps(ports))
        return report(judge(file, ports, scripts), sent)
    finally:
        if not options.keep:
            file.unlink(missing_ok=True)


sys.exit(main())
