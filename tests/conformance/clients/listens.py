"""The bank on a unix socket, one connection after the other: `listens.py PATH`."""

import json
import socket
import sys

from bank import Bank

listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(sys.argv[1])
listener.listen()
print("listening", flush=True)
while True:
    connection, _ = listener.accept()
    bank = Bank()
    with connection, connection.makefile("rwb") as stream:
        for line in stream:
            answer = bank.answer(json.loads(line))
            stream.write(json.dumps(answer).encode() + b"\n")
            stream.flush()
            # Hang up in one case, to see that the runner connects again
            if bank.case == "bank/double/three" or answer["kind"] == "bye":
                break
