import json
from pathlib import Path

import pytest

from quake_triage.triage import ACK, Outcome, Triage, level_of

FIXTURE = Path(__file__).parent / "quakes.jsonl"


def event(**properties: object) -> bytes:
    return json.dumps({"type": "Feature", "properties": properties}).encode()


@pytest.mark.parametrize(
    ("magnitude", "level"),
    [(9.1, "red"), (6, "red"), (5.99, "orange"), (5, "orange"), (4, "yellow"), (3.99, "green"), (0, "green")],
)
def test_the_level_grows_with_the_magnitude(magnitude: float, level: str) -> None:
    assert level_of(magnitude) == level


def test_an_earthquake_is_acked_and_counted() -> None:
    triage = Triage()
    assert triage.decide(event(type="earthquake", mag=6.4)) == ACK
    assert triage.decide(event(type="earthquake", mag=None)) == ACK
    assert triage.counts == {"red": 1, "orange": 0, "yellow": 0, "green": 1}


@pytest.mark.parametrize(
    ("value", "code", "reason"),
    [
        (event(type="explosion", mag=-1), "NOT_AN_EARTHQUAKE", "type is 'explosion', not 'earthquake'"),
        (event(mag=1), "NOT_AN_EARTHQUAKE", "type is '', not 'earthquake'"),
        (event(type="earthquake", mag=-0.4), "NEGATIVE_MAGNITUDE", "magnitude is -0.4"),
        (event(type="earthquake", mag="big"), "DECODE", "mag is not a number"),
        (event(type="earthquake", mag=True), "DECODE", "mag is not a number"),
        (b'{"properties":{"type":"earthquake","mag":NaN}}', "DECODE", "not JSON: a GeoJSON feature is needed"),
        (b"{", "DECODE", "not JSON: a GeoJSON feature is needed"),
        (b"\xff\xfe", "DECODE", "not JSON: a GeoJSON feature is needed"),
        (b"[" * 100_000, "DECODE", "not JSON: a GeoJSON feature is needed"),
        (b"", "DECODE", "not JSON: a GeoJSON feature is needed"),
        (b"[]", "DECODE", "no properties: a GeoJSON feature is needed"),
        (b'{"properties":1}', "DECODE", "no properties: a GeoJSON feature is needed"),
        (None, "DECODE", "no value: a GeoJSON feature is needed"),
    ],
)
def test_what_will_never_work_is_rejected(value: bytes | None, code: str, reason: str) -> None:
    verdict = Triage().decide(value)
    assert verdict.outcome is Outcome.REJECT
    assert (verdict.code, verdict.reason) == (code, reason)


def test_real_events_get_their_verdicts() -> None:
    triage = Triage()
    codes = [triage.decide(line).code for line in FIXTURE.read_bytes().splitlines()]
    assert codes == ["", "", "NOT_AN_EARTHQUAKE", "NEGATIVE_MAGNITUDE", "NOT_AN_EARTHQUAKE"]
    assert triage.counts == {"red": 1, "orange": 0, "yellow": 0, "green": 1}
