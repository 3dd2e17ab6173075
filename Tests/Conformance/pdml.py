"""What tshark prints with `-T pdml`, as frames with the trees of the protocols named `omi.*`."""

import html
import re

ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
PLAIN = re.compile(
    r'name="((?:tcp|udp)\.(?:srcport|dstport|stream|seq|payload)|frame\.number)"')


class Node:
    """One line of the tree: the last part of its name, its bytes, and what tshark says of it."""

    __slots__ = ("name", "text", "pos", "size", "show", "value", "children")

    def __init__(self, line):
        found = dict(ATTRIBUTE.findall(line))
        self.name = found.get("name", "").rsplit(".", 1)[-1]
        self.text = html.unescape(found.get("showname") or found.get("show", ""))
        self.pos, self.size = int(found.get("pos", 0)), int(found.get("size", 0))
        self.show = found.get("show", "")
        self.value = found.get("value", "")
        self.children = []

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, name):
        return [node for node in self.walk() if node.name == name]

    def first(self, name):
        return next((node for node in self.walk() if node.name == name), None)

    def uncovered(self):
        """(node, bytes) where the fields below do not lie side by side from its first byte to its
        last: bytes that no field explains, or that two do (negative)."""
        parts = sorted((child for child in self.children if child.size), key=lambda n: n.pos)
        if not self.children or not self.size:
            return []
        result, at = [], self.pos
        for part in parts:
            if part.pos != at:
                result.append((self, part.pos - at))
            at = part.pos + part.size
            result += part.uncovered()
        if at != self.pos + self.size:
            result.append((self, self.pos + self.size - at))
        return result


class Frame:
    def __init__(self):
        self.plain = {}
        self.trees = []
        self.trouble = []

    def number(self, name):
        return int(self.plain.get(name, -1))


def frames(lines):
    """Reads line by line: a day of messages is hundreds of megabytes of this."""
    frame, stack = None, []
    for line in lines:
        if "Lua Error" in line or "Malformed" in line:
            if frame:
                frame.trouble.append(line.strip()[:200])
        if stack:
            text = line.lstrip()
            if text.startswith("</"):
                stack.pop()
            elif text.startswith("<"):
                node = Node(text)
                stack[-1].children.append(node)
                if not text.rstrip().endswith("/>"):
                    stack.append(node)
        elif line.startswith("<packet>"):
            frame = Frame()
        elif line.startswith("</packet>"):
            yield frame
        elif '<proto name="omi.' in line:
            stack.append(Node(line))
            frame.trees.append(stack[0])
        else:
            found = PLAIN.search(line)
            if found and found[1] not in frame.plain:
                attributes = dict(ATTRIBUTE.findall(line))
                key = "value" if found[1].endswith("payload") else "show"
                frame.plain[found[1]] = attributes.get(key, "")
