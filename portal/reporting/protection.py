"""How a paper speaks of a reporter who asked for secrecy, and of what he wrote."""

_CONFIDENTIAL, _ANONYMOUS, _UNKNOWN = UNNAMED = ("Dirahasiakan", "Anonim", "–")


def shown_reporter(name: str, *, anonymous: bool, confidential: bool) -> str:
    """The reporter as a paper names him."""
    if confidential:
        return _CONFIDENTIAL
    return _ANONYMOUS if anonymous else name or _UNKNOWN


def shown_title(title: str, *, confidential: bool) -> str:
    """A title as a list names it: lists have more readers than the complaint's own papers."""
    return "(isi dirahasiakan)" if confidential else title
