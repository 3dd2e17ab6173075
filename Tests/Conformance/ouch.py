"""OUCH 5.0 over SoupBinTCP, packed by hand from docs/protocols: nothing of Sources is in it."""

import socket
import struct
import time


def enter(ref, side, qty, symbol, price, tif="0", tags=b""):
    """`price` in ten-thousandths. Visible, principal, continuous book, no sweep."""
    return struct.pack(
        "!cIcI8sQccccc14sH", b"O", ref, side.encode(), qty, symbol.encode().ljust(8), price,
        tif.encode(), b"Y", b"P", b"N", b"N", f"JUDGE{ref}".encode().ljust(14), len(tags)) + tags


def replace(orig, ref, qty, price):
    return struct.pack(
        "!cIIIQccc14sH", b"U", orig, ref, qty, price, b"0", b"Y", b"N",
        f"JUDGE{ref}".encode().ljust(14), 0)


def cancel(ref, qty=0):
    return struct.pack("!cII", b"X", ref, qty)


def modify(ref, side, qty):
    return struct.pack("!cIcI", b"M", ref, side.encode(), qty)


def mass_cancel(ref, firm, symbol=""):
    return struct.pack("!cI4s8sH", b"C", ref, firm.encode(), symbol.encode().ljust(8), 0)


def entry(ref, firm, enable):
    return struct.pack("!cI4sH", b"E" if enable else b"D", ref, firm.encode(), 0)


def query():
    return b"Q"


def tag(number, value):
    return bytes([len(value) + 1, number]) + value


class Answer:
    """A sequenced message, as far as the judges ask."""

    def __init__(self, message):
        self.message = message
        self.type = chr(message[0])
        self.ref = None if self.type in "SQ" else struct.unpack_from("!I", message, 9)[0]
        if self.type == "U":
            self.ref = struct.unpack_from("!I", message, 13)[0]
        self.reason = struct.unpack_from("!H", message, 13)[0] if self.type == "J" else None

    def __repr__(self):
        return f"{self.type} ref {self.ref} {self.message.hex()}"


class Client:
    """A SoupBinTCP client on a plain socket; every wait has an end."""

    def __init__(self, port, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), 5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.heard = []
        self.session = ""

    def send(self, kind, payload=b""):
        self.socket.sendall(struct.pack("!Hc", len(payload) + 1, kind.encode()) + payload)

    def order(self, message):
        self.send("U", message)

    def log_in(self, user, password, session="", sequence=1):
        """The server's first packet: ("A", next number) or ("J", reason)."""
        self.send("L", user.encode().ljust(6) + password.encode().ljust(10)
                  + session.encode().rjust(10) + str(sequence).encode().rjust(20))
        kind, payload = self.packet()
        if kind == "A":
            self.session = payload[:10].decode().strip()
            return kind, int(payload[10:])
        return kind, payload.decode()

    def packet(self, seconds=5):
        """The next packet that is no heartbeat; None once the server has closed."""
        end = time.monotonic() + seconds
        while True:
            while len(self.buffer) >= 2:
                length = struct.unpack_from("!H", self.buffer)[0]
                if len(self.buffer) < 2 + length:
                    break
                kind, payload = chr(self.buffer[2]), self.buffer[3:2 + length]
                self.buffer = self.buffer[2 + length:]
                if kind != "H":
                    return kind, payload
            self.socket.settimeout(max(0.001, end - time.monotonic()))
            try:
                chunk = self.socket.recv(65536)
            except ConnectionError:
                return None
            if not chunk:
                return None
            self.buffer += chunk

    def answer(self, types, ref=None, seconds=5):
        """The next sequenced message of one of `types` for `ref`; what comes before is kept."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            packet = self.packet(end - time.monotonic())
            if packet is None:
                break
            if packet[0] != "S":
                continue
            answer = Answer(packet[1])
            self.heard.append(answer)
            if answer.type in types and ref in (None, answer.ref):
                return answer
        raise RuntimeError(f"no {types} for {ref}; heard {self.heard[-5:]}")

    def close(self):
        self.socket.close()
