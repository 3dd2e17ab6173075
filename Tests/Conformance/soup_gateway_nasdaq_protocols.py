#!/usr/bin/env python3
"""Nasdaq's own SoupBinTCP client (PyPI nasdaq-protocols 1.3.0) as a client of the gateway.

    soup_gateway_nasdaq_protocols.py [--bin FOLDER]

Starts an Apus of its own on paper, and then: a wrong password is refused; the right one is let in;
an order, packed by hand, goes as unsequenced data and is answered in sequence; a cancel too; logout;
back at the next number, nothing is told twice; back at number 1, all of it is told again; a session
that never was is refused. Prints a line each. Ends with 77 when something it needs is missing.
"""

import argparse
import asyncio
import logging
import sys
import time

import ouch
import running
from trading import USER

try:
    from nasdaq_protocols import soup
except ImportError:
    running.skip("this Python has no nasdaq-protocols (pip install nasdaq-protocols)")


class Peer:
    """One connection of theirs; `heard` holds the sequenced messages in order."""

    def __init__(self):
        self.heard = []
        self.session = None
        self.came = asyncio.Event()

    async def connect(self, port, password, session="", sequence=1):
        async def on_message(message):
            if isinstance(message, soup.SequencedData):
                self.heard.append(ouch.Answer(message.data))
                self.came.set()

        self.session = await soup.connect_async(
            ("127.0.0.1", port), USER, password, session, sequence, on_msg_coro=on_message,
            client_heartbeat_interval=1, server_heartbeat_interval=1)
        return self

    @property
    def name(self):
        return self.session.session_id.session.strip()

    async def answer(self, types, ref=None, after=0):
        async def look():
            while True:
                for answer in self.heard[after:]:
                    if answer.type in types and ref in (None, answer.ref):
                        return answer
                self.came.clear()
                await self.came.wait()
        return await asyncio.wait_for(look(), 10)

    async def leave(self):
        self.session.logout()
        end = time.monotonic() + 5
        while not self.session.is_closed() and time.monotonic() < end:
            await asyncio.sleep(0.01)


def check(holds, what):
    if not holds:
        raise AssertionError(what)
    print(what)


async def refused(port, password, session=""):
    try:
        await Peer().connect(port, password, session)
    except ConnectionRefusedError as error:
        return str(error)
    return ""


async def let_in(port, password, **how):
    """A wrong password makes the next login wait 100 ms."""
    end = time.monotonic() + 5
    while True:
        try:
            return await Peer().connect(port, password, **how)
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            await asyncio.sleep(0.05)


async def accepted(peer, first_ref):
    """An order that rests; refused with 303 to 306 while there is no book, so tried again."""
    ref, end = first_ref, time.monotonic() + 20
    while True:
        peer.session.send_unseq_data(ouch.enter(ref, "B", 100, "AAPL", 3_100_000))
        answer = await peer.answer("AJ", ref)
        if answer.type == "A" or answer.reason not in range(303, 307) or time.monotonic() > end:
            return answer
        ref += 1
        await asyncio.sleep(0.2)


async def talk(port, password):
    said = await refused(port, "wrongpass")
    check("LoginRejected" in said and "A" in said, f"a wrong password: {said}")
    peer = await let_in(port, password)
    check(peer.name != "", f"the right one: session {peer.name}")

    answer = await accepted(peer, 1)
    check(answer.type == "A" and len(answer.message) >= 64, f"an order: Accepted, ref {answer.ref}")
    peer.session.send_unseq_data(ouch.cancel(answer.ref))
    gone = await peer.answer("C", answer.ref)
    check(gone.message[13:18] == b"\0\0\0\x64U", "its cancel: Canceled 100, reason U")
    await asyncio.sleep(2.5)
    check(not peer.session.is_closed(), "2.5 s of heartbeats only: still connected")
    await peer.leave()
    first = [answer.message for answer in peer.heard]
    name = peer.name

    back = await let_in(port, password, session=name, sequence=len(first) + 1)
    check(back.name == name, f"after a logout, back at {len(first) + 1}: the same session")
    back.session.send_unseq_data(ouch.query())
    query = await back.answer("Q")
    told = [answer.message for answer in back.heard]
    check(told == [query.message], "nothing was told twice")
    await back.leave()

    again = await let_in(port, password, session=name, sequence=1)
    end = time.monotonic() + 5
    while len(again.heard) < len(first) + len(told) and time.monotonic() < end:
        await asyncio.sleep(0.01)
    check([answer.message for answer in again.heard] == first + told,
          f"back at 1: all {len(first) + len(told)} again, byte for byte")
    await again.leave()

    said = await refused(port, password, session="NEVERWAS")
    check("LoginRejected" in said and "S" in said, f"a session that never was: {said}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin")
    folder = running.binaries(parser.parse_args().bin)
    # Their library writes every refusal to standard error; here refusals are wanted.
    logging.disable(logging.CRITICAL)
    with running.Apus(folder, "up") as apus:
        apus.wait_ready()
        asyncio.run(talk(apus.ports["clients"]["port"], apus.password(USER)))


sys.exit(main())
