"""Marks Indonesian sentences for translation; the rooms above translate when they show them."""

from collections.abc import Callable, Mapping


def N_(text: str) -> str:
    """Return `text` unchanged: the mark by which the catalogue's extractor finds it."""
    return text


class Refusal(Exception):
    """A request that the rules turn down, with a sentence for the officer.

    `message` is an Indonesian msgid with named %-placeholders, `params` fills them; values that
    are msgids themselves (labels of statuses, roles, actions) are translated before, each of a
    tuple by itself.
    """

    def __init__(self, message: str, **params: object) -> None:
        self.message = message
        self.params = params
        super().__init__(message % worded(params) if params else message)


def worded(
    params: Mapping[str, object], translate: Callable[[str], str] = str
) -> dict[str, object]:
    """`params` as they stand in the sentence: labels by `translate`, a tuple of them in a row."""

    def word(value: object) -> object:
        if isinstance(value, tuple):
            return ", ".join(translate(part) for part in value)
        return translate(value) if isinstance(value, str) and value else value

    return {name: word(value) for name, value in params.items()}
