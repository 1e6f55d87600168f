from bank import Bank, serve


class Disordered(Bank):
    def double(self, amount):
        if self.case == "bank/double/three":
            return {"kind": "done"}
        return super().double(amount)


serve(Disordered().answer)
