"""Changes of a scenario by path, as ``--set`` makes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ._errors import refuse


def toml(value: Any) -> str:
    """A Python value as TOML writes it."""
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()  # NumPy's numbers
    elif hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        text = repr(value)
        return text if any(c in text for c in ".en") else text + ".0"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {toml(item)}" for key, item in value.items())
        return "{ " + inner + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    raise refuse(
        f"{value!r} cannot be written in a scenario.",
        "Scenarios hold numbers, text, true and false, lists and maps of them.",
        "Convert it, for instance with float() or str().",
    )


def overrides(changes: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Paths and values as the engine takes them."""
    return [(path, toml(value)) for path, value in (changes or {}).items()]


def _key(key: Any) -> str:
    text = str(key)
    return text if text.replace("_", "").replace("-", "").isalnum() else json.dumps(text)
