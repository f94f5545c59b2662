"""Whether the benchmarks can fail: a goal is reached by its figure, never by what a benchmark says of itself."""

import pkgutil
import subprocess
import sys
from math import inf, nan

import pytest

import benchmarks
from benchmarks import Figure
from benchmarks import __main__ as harness
from benchmarks._plan import BROWSER, PLANS, Need, Plan


@pytest.mark.parametrize(
    ("goal", "reached", "missed"),
    [
        ({"at_most": 8}, 8, 8.1),
        ({"at_least": 8}, 8, 7.9),
        ({"exactly": 0}, 0, 1),
        ({"exactly": 8}, 8, 7),
        ({"at_most_times": 1.5, "other": 2}, 3, 3.1),
        ({"at_least_times": 1, "other": 2}, 2, 1.9),
    ],
)
def test_a_goal_is_reached_or_missed_by_the_value(goal, reached, missed):
    assert Figure("a figure", reached, **goal).verdict == "ok"
    assert Figure("a figure", missed, **goal).verdict == "MISSED"


def test_a_figure_without_a_goal_is_never_ok():
    assert Figure("a figure", 8).verdict == "no goal"
    assert Figure("a figure", 8, other=9).verdict == "no goal"


@pytest.mark.parametrize(
    "goal", [{}, {"at_most": 8}, {"at_least": 0}, {"exactly": 0}, {"at_most_times": 1, "other": 1}]
)
@pytest.mark.parametrize("nothing", [{"value": None}, {"value": nan}, {"value": inf}, {"value": 0, "of": 0}])
def test_where_nothing_was_measured_every_goal_is_missed(goal, nothing):
    figure = Figure("a figure", **nothing, **goal)

    assert figure.is_missed
    assert "nothing was measured" in figure.verdict


@pytest.mark.parametrize("other", [None, 0, nan])
def test_beside_a_peer_that_was_not_measured_the_goal_is_missed(other):
    assert Figure("a figure", 1, other=other, at_most_times=1.5).is_missed
    assert Figure("a figure", 1, other=other, at_least_times=0.5).is_missed


def test_a_goal_that_is_no_number_is_missed():
    assert Figure("a figure", 1, at_most=inf).is_missed
    assert Figure("a figure", nan, exactly=nan).is_missed


def test_a_figure_cannot_call_itself_ok():
    with pytest.raises(TypeError):
        Figure("a figure", 1, ok=True)
    with pytest.raises(TypeError):
        Figure("a figure", 1, "s", "limit", None, "none", True)
    with pytest.raises(ValueError, match="two goals"):
        Figure("a figure", 1, at_least=0, at_most=2)


@pytest.mark.parametrize(
    ("figures", "is_missed"),
    [
        ([], True),
        ([Figure("a", 1)], False),
        ([Figure("a", 1, exactly=1), Figure("b", 1)], False),
        ([Figure("a", 1, exactly=2), Figure("b", 1, exactly=1)], True),
        ([Figure("a", None)], True),
    ],
)
def test_a_benchmark_fails_by_one_missed_goal_or_without_a_figure(figures, is_missed, capsys):
    assert harness.report("some", figures) is is_missed
    assert ("MISSED" in capsys.readouterr().out) is is_missed


def test_the_report_shows_value_peer_and_goal(capsys):
    harness.report("race", [Figure("first page", 3.0, "ms", against="page with 50", other=2.0, at_most_times=1.3)])
    harness.report("race", [Figure("letters lost", 0, of=12_000, exactly=0), Figure("speed", 7, "/s")])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]

    assert lines[0] == [
        "race",
        "first",
        "page",
        "3",
        "ms",
        "page",
        "with",
        "50",
        "2",
        "1.5",
        "at",
        "most",
        "1.3x:",
        "MISSED",
    ]
    assert lines[1] == ["race", "letters", "lost", "0", "of", "12,000", "exactly", "0:", "ok"]
    assert lines[2] == ["race", "speed", "7", "/s", "no", "goal"]


def test_without_what_it_needs_a_benchmark_has_missed_its_goal():
    need = Need("a browser", False, "Debian: chromium")

    assert need.not_measured("sessions").is_missed


def test_without_a_browser_and_without_a_session_no_word_is_said_to_be_safe(monkeypatch):
    from benchmarks import lostwords

    assert all(figure.is_missed for figure in lostwords.what_happened([]))
    monkeypatch.setattr(lostwords, "BROWSER", Need("a browser", False, ""))
    [figure] = lostwords.run()
    assert figure.is_missed


def test_each_benchmark_says_how_long_it_takes_and_what_it_needs(capsys, monkeypatch):
    modules = {module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")}
    assert set(PLANS) == modules

    monkeypatch.setitem(PLANS, "lostwords", Plan(30, (Need("a browser", False, "Debian: chromium"),), "SESSIONS=48"))
    assert harness.main(["list"]) == 0
    said = capsys.readouterr().out
    assert all(harness.headline(name) in said for name in modules)
    assert "30 min" in said
    assert "needs a browser, which is NOT HERE: Debian: chromium" in said
    assert "make bench NAME=lostwords SESSIONS=48" in said


def test_the_benchmarks_find_the_browser_where_the_tests_do():
    from benchmarks import desk, lostwords
    from tests.chromium import CHROMIUM

    assert BROWSER.is_there is (CHROMIUM is not None)
    assert desk.CHROMIUM is lostwords.CHROMIUM is CHROMIUM


def test_a_benchmark_that_breaks_off_fails_the_run_and_the_others_are_measured(monkeypatch, capsys):
    began = []
    monkeypatch.setattr(harness, "process", lambda name, url: began.append(name) or int(name == "desk"))

    assert harness.one_by_one(["desk", "race"]) == 1
    assert began == ["desk", "race"]
    assert "MISSED in: desk" in capsys.readouterr().out
    assert harness.one_by_one(["race"]) == 0


def test_a_name_that_is_none_is_told():
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks", "rice"], cwd=harness.HERE.parent, capture_output=True, text=True
    )

    assert told.returncode == 2
    assert "There is no benchmark rice" in told.stderr
