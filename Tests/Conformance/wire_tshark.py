#!/usr/bin/env python3
"""A capture of what we put on the wire, judged by tshark with public dissectors.

    wire_tshark.py CAPTURE LUA_FOLDER [--tcp PORT]… [--udp PORT]…

CAPTURE: pcap of loopback, such as `dumpcap -i lo -w FILE` beside `./dev demo`. LUA_FOLDER: holds the
two scripts below, from Open-Markets-Initiative/wireshark-lua, folder Nasdaq. Ports, if given, leave
other traffic of the machine out. Prints message counts; exit 1 when anything did not decode.

Known limits of the judges, allowed for here: the OUCH script (April 2023 text) shows Mass Cancel,
Disable, Enable and their answers as Unknown; the ITCH script takes re-requests and end-of-session
packets, which are 20 bytes and no messages, for packets with messages: both are left out.
"""
import argparse
import collections
import os
import re
import subprocess
import sys

OUCH = "Nasdaq_NsmEquities_Orders_Ouch_v5_0_Dissector.lua"
ITCH = "Nasdaq_NsmEquities_TotalView_Itch_v5_0_2017_Dissector.lua"
UNKNOWN_ALLOWED = {"C", "D", "E", "X", "G", "K"}


def dissect(capture, script, display_filter):
    command = ["tshark", "-r", capture, "-X", f"lua_script:{script}", "-Y", display_filter, "-V"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def judge(name, text, type_line):
    counts = collections.Counter(re.findall(type_line, text))
    faults = re.findall(r"^.*(?:Malformed|Lua Error).*$", text, re.M)
    faults += [t for t in re.findall(r"Message Type: Unknown\((.)\)", text)
               if t not in UNKNOWN_ALLOWED]
    print(f"{name}: {sum(counts.values())} messages, {len(faults)} not decoded")
    for kind, count in counts.most_common():
        print(f"  {count:8} {kind}")
    for fault in faults[:5]:
        print(f"  fault: {fault.strip()}")
    return not faults and bool(counts)


def ports(field, numbers):
    return " && (" + " || ".join(f"{field} == {n}" for n in numbers) + ")" if numbers else ""


parser = argparse.ArgumentParser()
parser.add_argument("capture")
parser.add_argument("lua_folder")
parser.add_argument("--tcp", action="append", default=[])
parser.add_argument("--udp", action="append", default=[])
given = parser.parse_args()

ouch = dissect(given.capture, os.path.join(given.lua_folder, OUCH),
               "tcp.len > 0" + ports("tcp.port", given.tcp))
itch = dissect(given.capture, os.path.join(given.lua_folder, ITCH),
               "udp.length > 28" + ports("udp.port", given.udp))
clean = [judge("OUCH", ouch, r"[Ss]equenced Message Type: (.+)"),
         judge("ITCH", itch, r"\n +Message Type: (.+)")]
sys.exit(0 if all(clean) else 1)
