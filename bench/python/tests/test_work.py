import time

import pytest

from work import Work


@pytest.mark.parametrize("text", ["", "cpu", "cpu:", "cpu:fast", "sleep:5", "none:5", "wait:-1"])
def test_work_that_is_none_of_those_there_are_is_refused_with_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"^work: .* given, none, cpu:MICROSECONDS or wait:MICROSECONDS allowed$"):
        Work.parse(text)


def test_computing_takes_its_processor_time() -> None:
    handle = Work.parse("cpu:2000").handler()
    before = time.thread_time_ns()

    handle(b"value")

    assert time.thread_time_ns() - before >= 2_000_000


def test_only_waiting_gains_from_going_side_by_side() -> None:
    assert [Work.parse(text).waits for text in ("none", "cpu:50", "wait:5000")] == [False, False, True]
