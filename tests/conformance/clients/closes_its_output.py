import os
import time

from bank import Bank, serve


class Closing(Bank):
    def double(self, amount):
        if self.case == "bank/double/three":
            os.close(1)
            time.sleep(600)
        return super().double(amount)


serve(Closing().answer)
