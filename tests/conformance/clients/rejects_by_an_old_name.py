from bank import Bank, serve


class Old(Bank):
    def withdraw(self, account, amount):
        answer = super().withdraw(account, amount)
        return {**answer, "rule": "bank.take.too-much"} if answer["kind"] == "rejected" else answer


serve(Old().answer)
