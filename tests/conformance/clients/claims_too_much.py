from bank import Bank, serve


class Boasting(Bank):
    def double(self, amount):
        return {"kind": "unsupported", "reason": "double is not written yet"}


serve(Boasting().answer)
