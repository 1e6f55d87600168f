"""Reads nothing after the greeting, so that a large request does not fit into the pipe."""

import json
import sys
import time

from bank import Bank, send

send(Bank().answer(json.loads(sys.stdin.buffer.raw.readline())))
time.sleep(600)
