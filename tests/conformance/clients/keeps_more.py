"""Takes one less than it is told to."""

from bank import Bank, root, serve


class Greedy(Bank):
    def withdraw(self, account, amount):
        answer = super().withdraw(account, amount)
        if answer["kind"] == "accepted":
            self.names[account[1:]] += 1
            answer["changes"] = {account[1:]: root(self.names[account[1:]])}
        return answer


serve(Greedy().answer)
