"""Answers a request for a root with what is none."""

from bank import Bank, serve


class Vague(Bank):
    def on_root(self, request):
        return {"kind": "root", "root": "zero, I think"}


serve(Vague().answer)
