import os
import signal
import sys

from bank import Bank, serve


class Crashing(Bank):
    def double(self, amount):
        if self.case == "bank/double/three":
            print("about to divide by zero", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGSEGV)
        return super().double(amount)


serve(Crashing().answer)
