"""How the gateway says no by rule."""


class Refused(Exception):
    """Nothing was done. `code` and `attribute` are the gateway's, from its list of error codes."""

    def __init__(self, message: str, code: str, attribute: str = "base") -> None:
        super().__init__(message)
        self.message, self.code, self.attribute = message, code, attribute
