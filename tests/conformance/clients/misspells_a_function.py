"""Lists a function that there is not."""

from bank import Bank, serve


class Careless(Bank):
    def on_hello(self, request):
        return {**super().on_hello(request), "functions": ["process_transferr"]}


serve(Careless().answer)
