from bank import Bank, serve


class Mistyped(Bank):
    def double(self, amount):
        answer = super().double(amount)
        if self.case == "bank/double/three":
            answer["returns"]["type"] = "Banana"
        return answer


serve(Mistyped().answer)
