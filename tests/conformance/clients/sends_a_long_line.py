import sys

from bank import Bank, serve


class Verbose(Bank):
    def double(self, amount):
        if self.case == "bank/double/three":
            for _ in range(65):
                sys.stdout.write("x" * 2**20)
        return super().double(amount)


serve(Verbose().answer)
