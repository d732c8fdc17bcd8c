"""Small rosters drawn by hand, one household a line."""

import pandas as pd

COLUMNS = ("household_id", "head_name", "phone", "address", "residents")


def roster(*lines):
    """Make a roster of lines ``id name phone address residents``; a dash stands for nothing."""
    rows = [[("" if word == "-" else word) for word in line.split()] for line in lines]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS, "str"))
    frame["residents"] = pd.to_numeric(frame["residents"])
    return frame.set_index("household_id")


def officials(*lines):
    """Make officials of lines ``id name phone role unit territory``."""
    rows = [[("" if word == "-" else word) for word in line.split()] for line in lines]
    names = ["official_id", "name", "phone", "role", "unit", "territory"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names, "str")).set_index("official_id")


OLD = (
    "h1 王安宁 10400000001 东苑新村1幢101室 3",
    "h2 李明志 10400000002 东苑新村1幢102室 2",
    "h3 张文远 10400000003 西苑新村2幢201室 4",
    "h4 刘海波 10400000004 西苑新村2幢202室 1",
)
