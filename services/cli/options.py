"""Options that several commands have: written once, as the fields of a tuple."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any, NamedTuple, TypeVar, cast, get_type_hints

G = TypeVar("G", bound=NamedTuple)


def shared(group: type[G]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command whose first argument is such a tuple, as Typer wants it: with an option for each field, then its own.

    A field's annotation and default are those that the option would have as an argument.
    """
    defaults, filled = group._field_defaults, cast("Callable[..., G]", group)
    fields = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=defaults.get(name, Parameter.empty), annotation=hint)
        for name, hint in get_type_hints(group, include_extras=True).items()
    ]

    def made(command: Callable[..., None]) -> Callable[..., None]:
        own = signature(command, eval_str=True)

        def taking(**given: Any) -> None:
            options = {name: given.pop(name) for name in group._fields}
            command(filled(**options), **given)

        _, *more = own.parameters.values()
        named = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in more]
        taking.__signature__ = own.replace(parameters=[*fields, *named])  # type: ignore[attr-defined]
        taking.__name__, taking.__doc__ = command.__name__, command.__doc__
        return taking

    return made
