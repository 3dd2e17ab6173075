"""A client's morning at the gateway: every message type a client may send, most of the answers."""

import time

import ouch

USER = "DESKA"
FIRM = "APUS"


def logged_in(port, password, session="", sequence=1):
    """A failed attempt costs the next ones up to 3.2 s, so right passwords are tried again."""
    end = time.monotonic() + 10
    while True:
        client = ouch.Client(port)
        answer = client.log_in(USER, password, session, sequence)
        if answer[0] == "A":
            return client, answer[1]
        client.close()
        if time.monotonic() > end:
            raise RuntimeError(f"{USER} is not let in: {answer}")
        time.sleep(0.1)


def wrong_password(port):
    client = ouch.Client(port)
    answer = client.log_in(USER, "wrongpass")
    if answer != ("J", "A") or client.packet() is not None:
        raise RuntimeError(f"a wrong password was answered {answer}")
    client.close()


class Morning:
    """`sent` maps the UserRefNum of every Enter Order to (side, quantity, symbol, price)."""

    def __init__(self, port, password):
        self.port, self.password = port, password
        self.sent = {}
        self.ref = 0
        self.client = None

    def enter(self, side, qty, symbol, price, tif="0", tags=b""):
        self.ref += 1
        self.sent[self.ref] = (side, qty, symbol, price)
        self.client.order(ouch.enter(self.ref, side, qty, symbol, price, tif, tags))
        return self.ref

    def accepted(self, *order, **more):
        """Enters until it is accepted: 303 to 306 only say that the book is not there yet."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            ref = self.enter(*order, **more)
            answer = self.client.answer("AJ", ref)
            if answer.type == "A":
                return ref
            if answer.reason not in range(303, 307):
                raise RuntimeError(f"{order} was refused with {answer.reason}")
            time.sleep(0.2)
        raise RuntimeError(f"{order}: no market in 20 s")

    def run(self):
        wrong_password(self.port)
        self.client, _ = logged_in(self.port, self.password)
        self.client.send("+", b"a judge is here")
        self.client.send("R")
        self.taking()
        self.resting()
        self.odd()
        heard, session = len(self.client.heard), self.client.session
        self.client.send("O")
        while self.client.packet() is not None:
            heard += 1
        self.client.close()
        self.again(session, heard + 1)
        self.again(session, 1)

    def taking(self):
        ref = self.accepted("B", 100, "AAPL", 3_300_000, tif="3")
        self.client.answer("EC", ref)
        ref = self.enter("B", 100, "AAPL", 5_000_000)
        answer = self.client.answer("AJ", ref)
        if answer.type != "J" or answer.reason != 301:
            raise RuntimeError(f"far above the market: {answer}")

    def resting(self):
        ref = self.accepted("B", 100, "MSFT", 1_650_000, tags=ouch.tag(2, b"APUS"))
        self.client.order(ouch.cancel(ref, 60))
        self.client.answer("C", ref)
        self.ref += 1
        self.client.order(ouch.replace(ref, self.ref, 80, 1_651_000))
        self.client.answer("U", self.ref)
        self.client.order(ouch.modify(self.ref, "B", 50))
        self.client.answer("CM", self.ref)
        self.client.order(ouch.cancel(self.ref))
        self.client.answer("C", self.ref)

    def odd(self):
        """What the public scripts do not know: tags, mass messages."""
        post_only = self.accepted("B", 10, "MSFT", 1_650_000, tags=ouch.tag(12, b"P"))
        short = self.accepted("T", 10, "MSFT", 1_790_000, tags=ouch.tag(24, b"\0\3"))
        self.ref += 1
        self.client.order(ouch.mass_cancel(self.ref, FIRM))
        self.both_canceled = {post_only, short}
        waiting = set(self.both_canceled) | {"X"}
        while waiting:
            answer = self.client.answer("CX")
            waiting.discard("X" if answer.type == "X" else answer.ref)
        for enable, kind in ((False, "G"), (True, "K")):
            self.ref += 1
            self.client.order(ouch.entry(self.ref, FIRM, enable))
            self.client.answer(kind)
        self.client.order(ouch.query())
        self.client.answer("Q")

    def again(self, session, sequence):
        """Back at a number: what came since is told, or nothing when nothing was missed."""
        client, number = logged_in(self.port, self.password, session, sequence)
        if number != sequence:
            raise RuntimeError(f"asked for {sequence}, given {number}")
        client.order(ouch.query())
        client.answer("Q")
        client.send("O")
        client.close()
