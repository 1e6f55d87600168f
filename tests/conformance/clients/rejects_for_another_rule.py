from bank import Bank, serve


class Confused(Bank):
    def withdraw(self, account, amount):
        answer = super().withdraw(account, amount)
        return {**answer, "rule": "bank.withdraw.closed"} if answer["kind"] == "rejected" else answer


serve(Confused().answer)
