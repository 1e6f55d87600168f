from bank import Bank, send, serve


class Stuttering(Bank):
    def double(self, amount):
        answer = super().double(amount)
        if self.case == "bank/double/three":
            send(answer)
        return answer


serve(Stuttering().answer)
