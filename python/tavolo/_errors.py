"""The two ways in which something goes wrong."""

from __future__ import annotations

from typing import NamedTuple

from . import _core


class Problem(NamedTuple):
    """One thing that is wrong with what a researcher wrote."""

    problem: str  #: where and what
    reason: str  #: why it matters
    remedy: str  #: what to do instead


class InputError(ValueError):
    """Something that was written (a config, a change, a name, a file) cannot be used.

    ``problem``, ``reason`` and ``remedy`` are those of the first problem found; ``problems`` has
    them all, ``message`` the whole text.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.problems = [_read(block) for block in message.split("\n\n")]

    @property
    def problem(self) -> str:
        """Where and what."""
        return self.problems[0].problem

    @property
    def reason(self) -> str:
        """Why it matters."""
        return self.problems[0].reason

    @property
    def remedy(self) -> str:
        """What to do instead."""
        return self.problems[0].remedy


class RunError(RuntimeError):
    """A run went wrong: a broken identity, a lever that is no number, a strategy that raised."""


def _read(block: str) -> Problem:
    lines = block.split("\n  ")
    lines += [""] * (3 - len(lines))
    return Problem(lines[0], lines[1], "\n  ".join(lines[2:]))


def refuse(problem: str, reason: str, remedy: str) -> InputError:
    """An error of our own, in the words that the engine uses."""
    return InputError(f"{problem}\n  {reason}\n  {remedy}")


_core.use_errors(InputError, RunError)
