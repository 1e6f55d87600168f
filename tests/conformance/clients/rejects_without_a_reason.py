from bank import Bank, serve


class Taciturn(Bank):
    def withdraw(self, account, amount):
        answer = super().withdraw(account, amount)
        return {**answer, "rule": None} if answer["kind"] == "rejected" else answer


serve(Taciturn().answer)
