"""Nasdaq's own SoupBinTCP client against a server of ours.

    soup_client_nasdaq_protocols.py HOST PORT USER PASSWORD SESSION SEQUENCE COUNT [HEX…]

Logs in, sends each HEX as unsequenced data, prints `session NAME`, then the first COUNT sequenced
messages in hex, one a line, logs out. Needs PyPI nasdaq-protocols.
"""
import asyncio
import sys

from nasdaq_protocols import soup


async def main(host, port, user, password, session, sequence, count, *messages):
    heard = asyncio.Queue()

    async def on_message(message):
        if isinstance(message, soup.SequencedData):
            await heard.put(message.data)

    client = await soup.connect_async(
        (host, int(port)), user, password, session, int(sequence), on_msg_coro=on_message,
        client_heartbeat_interval=1, server_heartbeat_interval=1)
    print("session", client.session_id.session.strip())
    for message in messages:
        client.send_unseq_data(bytes.fromhex(message))
    for _ in range(int(count)):
        print((await asyncio.wait_for(heard.get(), 10)).hex())
    client.logout()


asyncio.run(main(*sys.argv[1:]))
