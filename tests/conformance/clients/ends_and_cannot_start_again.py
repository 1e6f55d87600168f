import os
import sys
from pathlib import Path

from bank import Bank, send, serve

# The first start of a run leaves a file behind; every later one ends at once.
mark = Path(os.environ["AXIVON_TEST_STARTED"])
if mark.exists():
    sys.exit("no licence left")
mark.touch()


class Tired(Bank):
    def on_end(self, request):
        send({"kind": "done"})
        raise SystemExit(0)


serve(Tired().answer)
