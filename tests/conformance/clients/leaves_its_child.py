import os
import subprocess
import sys

from bank import Bank, serve


class Leaving(Bank):
    def double(self, amount):
        if self.case == "bank/double/three":
            # Its child holds the pipe, so the output does not end with the client.
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            os._exit(3)
        return super().double(amount)


serve(Leaving().answer)
