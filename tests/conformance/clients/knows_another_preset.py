from bank import serve

serve(
    lambda request: {"kind": "bye"} if request["kind"] == "bye" else {"kind": "unsupported", "reason": "mainnet only"}
)
