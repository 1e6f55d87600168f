import subprocess
import sys
import time

from bank import Bank, serve

# A child that would outlive its parent, and holds the parent's pipes.
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])


class Hanging(Bank):
    def double(self, amount):
        if self.case == "bank/double/three":
            time.sleep(600)
        return super().double(amount)


serve(Hanging().answer)
