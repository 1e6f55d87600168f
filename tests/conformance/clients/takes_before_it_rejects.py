"""Writes before it checks, and does not take it back."""

from bank import Bank, serve


class Hasty(Bank):
    def withdraw(self, account, amount):
        answer = super().withdraw(account, amount)
        if answer["kind"] == "rejected":
            self.names[account[1:]] = 0
        return answer


serve(Hasty().answer)
