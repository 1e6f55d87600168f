from bank import Bank, serve


class Young(Bank):
    def on_hello(self, request):
        return {**super().on_hello(request), "functions": ["withdraw"]}


serve(Young().answer)
