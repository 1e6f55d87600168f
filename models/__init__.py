"""The model of voting, `voter.pml`, for the checker Spin: `make model` visits every state of it."""
