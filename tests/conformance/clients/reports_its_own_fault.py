from bank import Bank, serve


class Honest(Bank):
    def double(self, amount):
        if self.case == "bank/double/three":
            return {"kind": "error", "message": "no memory\x07 left"}
        return super().double(amount)


serve(Honest().answer)
