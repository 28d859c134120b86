"""What an attribute holds where nothing is said of it."""

from __future__ import annotations

from typing import Any


def blanks(model: type[Any]) -> dict[str, Any]:
    """For each field of a kind's model: None, an empty tuple, False, 0 or '', as its annotation says."""
    # NamedTuple keeps what `from __future__ import annotations` made strings as ForwardRef.
    return {
        name: _blank(getattr(annotation, "__forward_arg__", str(annotation)))
        for name, annotation in model.__annotations__.items()
    }


def _blank(annotation: str) -> Any:  # noqa: ANN401  whatever a model holds
    if annotation.endswith("| None"):
        return None
    return () if annotation.startswith("tuple") else {"bool": False, "int": 0}.get(annotation, "")
