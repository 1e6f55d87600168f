from bank import Bank, serve


class Sloppy(Bank):
    def double(self, amount):
        answer = super().double(amount)
        return {key: answer[key] for key in ("kind", "returns")}


serve(Sloppy().answer)
