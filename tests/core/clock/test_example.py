"""The worked example of the documentation runs, and its comments are true."""

import ast
import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "clocks.md"


def test_the_example_runs_and_gives_what_it_says():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    told = [line.split("  # ") for line in code.splitlines() if "  # " in line]
    names = {}
    exec(compile(code, PAGE.name, "exec"), names)  # noqa: S102 - the text is ours
    assert len(told) == 3
    for asked, answer in told:
        assert eval(asked, names) == ast.literal_eval(answer)  # noqa: S307 - the same
