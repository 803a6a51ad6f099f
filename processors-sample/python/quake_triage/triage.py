"""The business logic: decides what becomes of one earthquake event of the USGS, a GeoJSON feature."""

import json
from collections import Counter
from enum import Enum
from typing import Any, NamedTuple, NoReturn


class Outcome(Enum):
    """What became of a record, as in the contract; RELEASE is never decided here but by the batch."""

    ACK = 1
    RETRY = 2
    REJECT = 3
    RELEASE = 4


class Verdict(NamedTuple):
    """An outcome with, for RETRY and REJECT, a stable code and one line for people."""

    outcome: Outcome
    code: str = ""
    reason: str = ""


ACK = Verdict(Outcome.ACK)
RELEASE = Verdict(Outcome.RELEASE)
SIMULATED = Verdict(Outcome.RETRY, "SIMULATED", "first attempt fails on request")


def level_of(magnitude: float) -> str:
    """Class of an earthquake: red, orange, yellow or green."""
    if magnitude >= 6:
        return "red"
    if magnitude >= 5:
        return "orange"
    return "yellow" if magnitude >= 4 else "green"


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


# NaN and Infinity, which Python would take, are no JSON.
_DECODER = json.JSONDecoder(parse_constant=_not_json)


class Triage:
    """Decides, and counts earthquakes per class. For one thread."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(red=0, orange=0, yellow=0, green=0)
        self.rejected = 0

    def decide(self, value: bytes | None) -> Verdict:
        """The verdict on a record's value; None is a record without a value."""
        if value is None:
            return self._reject("DECODE", "no value: a GeoJSON feature is needed")
        try:
            event = _DECODER.decode(value.decode())
        except (ValueError, RecursionError):
            return self._reject("DECODE", "not JSON: a GeoJSON feature is needed")
        properties = event.get("properties") if isinstance(event, dict) else None
        if not isinstance(properties, dict):
            return self._reject("DECODE", "no properties: a GeoJSON feature is needed")
        return self._decide(properties)

    def _decide(self, properties: dict[str, Any]) -> Verdict:
        kind = properties.get("type")
        if kind != "earthquake":
            shown = kind if isinstance(kind, str) else ""
            return self._reject("NOT_AN_EARTHQUAKE", f"type is '{shown}', not 'earthquake'")
        magnitude = properties.get("mag")
        if magnitude is None:
            magnitude = 0
        if isinstance(magnitude, bool) or not isinstance(magnitude, int | float):
            return self._reject("DECODE", "mag is not a number")
        if magnitude < 0:
            return self._reject("NEGATIVE_MAGNITUDE", f"magnitude is {float(magnitude)}")
        self.counts[level_of(magnitude)] += 1
        return ACK

    def _reject(self, code: str, reason: str) -> Verdict:
        self.rejected += 1
        return Verdict(Outcome.REJECT, code, reason)
