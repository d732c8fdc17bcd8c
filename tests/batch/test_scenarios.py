"""Scenarios as an analyst writes them: in a spreadsheet, in TOML, in a frame."""

import pandas as pd
import pytest

from gridmap.batch import Scenario, read_scenarios, run_batch
from gridmap.errors import TableError


def frame(**columns):
    return pd.DataFrame({"cases": "cases.csv", "protocol": "eu-2020-687-hpai", **columns})


def test_settings_and_the_baseline_are_read_from_columns(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text(
        "scenario_id,cases,protocol,baseline,set.rules.protection.radius_m,note\n"
        "甲,cases.csv,eu-2020-687-hpai,,,as ordered\n"
        "乙,cases.csv,eu-2020-687-hpai,是,5000,\n",
        encoding="utf-8-sig",
    )
    first, second = read_scenarios(path)
    assert (first.scenario_id, first.baseline, first.settings) == ("甲", False, {})
    assert (second.baseline, second.settings) == (True, {"rules.protection.radius_m": "5000"})


def test_settings_are_read_from_toml(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text(
        '[[scenarios]]\nscenario_id = "a"\ncases = "c.csv"\nprotocol = "three-zones-2021"\nbaseline = true\n'
        "set.duties.medical.least = 3\nset.duties.medical.tiers = ['sealed']\n",
        encoding="utf-8",
    )
    (scenario,) = read_scenarios(path)
    assert scenario.baseline
    assert scenario.settings == {"duties.medical.least": "3", "duties.medical.tiers": ["sealed"]}


def test_a_frame_does_as_well_and_numbers_in_it_count():
    given = frame(scenario_id=["a", "b"], **{"set.rules.1.radius_m": [4000.0, None]})
    first, second = read_scenarios(given)
    assert first.settings == {"rules.1.radius_m": "4000.0"}
    assert second.settings == {}


def test_all_that_is_wrong_is_told_at_once():
    given = frame(
        scenario_id=["a", "b", "b"],
        baseline=["yes", "x", "perhaps"],
        radius=["1", "2", "3"],
        **{"set.rules.1.radius_m": ["-5", "", ""]},
    )
    with pytest.raises(TableError) as caught:
        read_scenarios(given)
    said = str(caught.value)
    assert "radius: unknown column; the columns are scenario_id, cases" in said
    assert "row 2: baseline: 'perhaps' is neither yes nor no" in said
    assert "scenario 'b' comes twice" in said
    assert "row 0 and row 1: each is the baseline; mark one of them" in said
    assert "row 0, set.rules.1.radius_m: -5 is not a number of metres greater than 0" in said
    assert len(caught.value.faults) == 5


def test_scenarios_made_in_python_are_checked_too(tmp_path):
    wrong = Scenario("甲", "c.csv", "eu-2020-687-hpai", settings={"rules.1.radius": 5})
    with pytest.raises(TableError, match=r"scenario 甲, set.rules.1.radius: .* did you mean 'radius_m'"):
        run_batch([wrong], tmp_path)
    assert list(tmp_path.iterdir()) == []
