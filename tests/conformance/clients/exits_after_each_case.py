from bank import Bank, send, serve


class Tired(Bank):
    def on_end(self, request):
        send({"kind": "done"})
        raise SystemExit(0)


serve(Tired().answer)
