from bank import Bank, serve


class Modern(Bank):
    def on_hello(self, request):
        return {**super().on_hello(request), "protocol": 2}


serve(Modern().answer)
