"""Marks Indonesian sentences for translation; the rooms above translate when they show them."""


def N_(text: str) -> str:
    """Return `text` unchanged: the mark by which the catalogue's extractor finds it."""
    return text


class Refusal(Exception):
    """A request that the rules turn down, with a sentence for the officer.

    `message` is an Indonesian msgid with named %-placeholders, `params` fills them; values that
    are msgids themselves (labels of statuses, roles, actions) are translated before.
    """

    def __init__(self, message: str, **params: object) -> None:
        self.message = message
        self.params = params
        super().__init__(message % params if params else message)
