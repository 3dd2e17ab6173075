#!/usr/bin/env python3
"""Compare `apus feed book --every-message --csv` with the order book of meatpy (PyPI, 0.5.0).

    feed_book_meatpy.py ITCH_FILE SYMBOL LEVELS CSV_FILE

Reads the same BinaryFILE with meatpy, and after every message that gives a line compares every
price level, bids and asks. Prints how many lines agree, or the first that does not (exit 1).
"""

import datetime
import sys

from meatpy.itch50 import ITCH50MarketProcessor, ITCH50MessageReader

BOOK_TYPES = (b"A", b"F", b"E", b"C", b"X", b"D", b"U")


def side(levels, count):
    cells = []
    for level in levels[:count]:
        cells += [str(level.price), str(level.total_volume)]
    return cells + [""] * (2 * count - len(cells))


def expected(processor, count):
    book = processor.current_lob
    if book is None:
        return [""] * (4 * count)
    return side(book.bid_levels, count) + side(book.ask_levels, count)


def main():
    path, symbol, count, csv_path = sys.argv[1:]
    count = int(count)
    processor = ITCH50MarketProcessor(symbol, datetime.datetime(2020, 1, 30))
    compared = 0
    with open(csv_path) as csv_file, ITCH50MessageReader(path) as reader:
        for number, message in enumerate(reader, start=1):
            processor.process_message(message)
            if message.type not in BOOK_TYPES:
                continue
            line = csv_file.readline().rstrip("\n").split(",")
            want = [str(number), str(message.timestamp)] + expected(processor, count)
            if line != want:
                print(f"message {number}: ours {line}")
                print(f"message {number}: meatpy {want}")
                return 1
            compared += 1
        rest = csv_file.read()
    if rest:
        print("our file has more lines than messages")
        return 1
    print(f"{compared} lines agree")
    return 0


sys.exit(main())
