"""A row of the field table: what totem knows of a field beside its name, its type and its default.

The rows are the fields of the structs in :mod:`totem_cli.model.fields`, :mod:`~totem_cli.model.parts` and
:mod:`~totem_cli.model.comment`, each annotated with a :class:`Field`; :func:`rows` reads them.
"""

from collections.abc import Mapping
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Struct

Form = Literal["text", "moment", "duration", "language", "uuid"]
Stored = Literal["front matter", "path", "body", "nowhere"]


class Field(Struct, frozen=True, kw_only=True):
    """What the table says of one field.

    ``about`` is its meaning and ``kind`` its type, both for the reference; without a ``kind``, the type says it.
    ``order`` is its position in a new file and among the columns of SQLite, where ``sqlite_order`` does not say
    another; fields of equal order stay in the order of the struct. ``label`` is the key of its name in the languages.
    ``also`` are the words by which other people call it, separated by commas, in French, English, German, Spanish and
    Italian. ``form`` is the form that its text must have. ``stored`` is where an archive keeps it. ``column`` says
    whether tables (CSV, SQLite) have a column of it, ``inherited`` whether an episode takes it from its series, and
    ``detail`` whether a page shows it under the text as ``label: value``. ``fixed`` is why ``totem set`` refuses it.
    """

    about: str = ""
    kind: str = ""
    order: int = 0
    sqlite_order: int | None = None
    label: str = ""
    also: str = ""
    form: Form = "text"
    stored: Stored = "front matter"
    column: bool = True
    inherited: bool = False
    detail: bool = False
    fixed: str = ""


class Row(Struct, frozen=True):
    """A field with its name and type.

    ``item`` is the type of what a list holds, None where it is no list; ``part`` is it where that is a table.
    """

    name: str
    field: Field
    value_type: Any
    item: Any
    part: type[Struct] | None
    required: bool

    @property
    def is_front(self) -> bool:
        """Whether front matter holds it."""
        return self.field.stored == "front matter"


@cache
def table(cls: type[Struct]) -> Mapping[str, Row]:
    """The rows of a struct by name, in its order; fields without a :class:`Field` (``extra``) are no rows."""
    defaults = cls.__struct_defaults__
    missing = len(cls.__struct_fields__) - len(defaults)
    default = dict(zip(cls.__struct_fields__, (NODEFAULT,) * missing + defaults, strict=True))
    found = {}
    hints = get_type_hints(cls, include_extras=True)
    for name in cls.__struct_fields__:
        kind, *annotations = get_args(hints[name]) if get_origin(hints[name]) is Annotated else (hints[name],)
        for field in annotations:
            if isinstance(field, Field):
                kind = _without_none(kind)
                item = get_args(kind)[0] if get_origin(kind) is tuple else None
                part = item if isinstance(item, type) and issubclass(item, Struct) else None
                found[name] = Row(name, field, kind, item, part, default[name] is NODEFAULT)
    return found


@cache
def rows(cls: type[Struct]) -> tuple[Row, ...]:
    """The rows of a struct, in its order: that of the public record."""
    return tuple(table(cls).values())


_ORDER = attrgetter("field.order")


@cache
def front_rows(cls: type[Struct]) -> tuple[Row, ...]:
    """The rows that front matter holds, in the order of a new file."""
    return tuple(sorted([row for row in rows(cls) if row.field.stored == "front matter"], key=_ORDER))


def key_order(cls: type[Struct]) -> tuple[str, ...]:
    """The keys of a new file in their order."""
    return tuple([row.name for row in front_rows(cls)])


@cache
def short_key(part: type[Struct]) -> str | None:
    """The key that a bare text stands for in a list of these tables: the one that must be there."""
    for row in rows(part):
        if row.required and row.field.stored == "front matter":
            return row.name
    return None


@cache
def _without_none(hint: Any) -> Any:
    """A type without None."""
    arguments = get_args(hint)
    if len(arguments) != 2 or type(None) not in arguments:
        return hint
    return arguments[arguments[0] is type(None)]
