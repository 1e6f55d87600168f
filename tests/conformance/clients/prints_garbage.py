import sys

from bank import Bank, serve


class Printing(Bank):
    def double(self, amount):
        if self.case == "bank/double/three":
            print("\x1b[31mDEBUG doubling…\x1b[0m", file=sys.stdout)
        return super().double(amount)


serve(Printing().answer)
