"""Who is responsible, over time: duties set by hand, duties in force, and what came back from the field."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import NamedTuple

import pandas as pd
from pandas import DataFrame

from gridmap.errors import ConflictError
from gridmap.model.duties import PIN_COLUMNS, TABLE_COLUMNS
from gridmap.model.tables import TABLES
from gridmap.store import geopackage, history, pin_log
from gridmap.store.stored_tables import StoredTables

IN_FORCE, BEFORE = "duties_in_force", "duties_before"
_TARGET = list(PIN_COLUMNS[1:])
_SHOWN = 5


class InForce(NamedTuple):
    """When duties were put in force.

    Parameters
    ----------
    plan_version
        The version of the plan they were made for.
    time, author
        When, and by whom.
    """

    plan_version: str
    time: datetime
    author: str


class StoredDuties(StoredTables):
    """Tables, and the duties that are kept; see `StoredTables` for the parameters."""

    @property
    def pins(self) -> DataFrame:
        """The duties set by hand: `official_id`, `role`, `target_kind`, `target`."""
        return self._plain("pins")

    @property
    def followups(self) -> DataFrame:
        """The newest that is known of every household that was asked for, one row each.

        `household_id`, `channel`, `result`, `needs`, `reached_on` (with its time zone), `source` (the name of
        the list), `official_id`.
        """
        return self._plain("followups")

    @property
    def duties_in_force(self) -> DataFrame:
        """The duties put in force last: `official_id`, `role`, `target_kind`, `target`, `origin`."""
        return self._plain(IN_FORCE)

    @property
    def duties_before(self) -> DataFrame:
        """The duties that were in force before those, in the same columns."""
        return self._plain(BEFORE)

    @property
    def in_force(self) -> InForce | None:
        """For which plan, when and by whom `duties_in_force` were put in force; None if none ever were."""
        return _in_force(self._meta(IN_FORCE))

    def keep_duties(self, table: DataFrame, *, plan_version: str, author: str) -> bool:
        """Put duties in force; those before are kept as `duties_before`, all else in a copy of the file.

        Parameters
        ----------
        table
            `official_id`, `role`, `target_kind`, `target`, `origin`, as in `gridmap.assign_duties`.
        plan_version
            The version of the plan they were made for.
        author
            Who; logged.

        Returns
        -------
        changed
            False if just these are in force already, for that plan; then nothing is written.

        Raises
        ------
        ConflictError
            If somebody else has put duties in force since they were read here.
        WorkspaceError
            If the file cannot be written; nothing is changed.
        """
        rows = table[list(TABLE_COLUMNS)].astype("str").set_index("official_id")
        with self._writing() as connection:
            now = _in_force(history.get_meta(connection, IN_FORCE))
            same_plan = now is not None and now.plan_version == plan_version
            if same_plan and self._is_known(connection, IN_FORCE, rows):
                return False
            self._back_up(connection, [IN_FORCE])
            before = self._there(connection, IN_FORCE)
            stamp = self._replace(connection, IN_FORCE, rows, author)
            if before is not None:
                title = f"{TABLES[BEFORE].zh} {TABLES[BEFORE].en}"
                geopackage.write_layer(connection, BEFORE, before.set_index("official_id"), title=title)
            said = InForce(plan_version, datetime.now(UTC), author)._asdict()
            text = json.dumps(said, ensure_ascii=False, default=datetime.isoformat)
            history.set_meta(connection, IN_FORCE, text)
        self._stamps[IN_FORCE] = stamp
        return True

    def change_pins(
        self,
        *,
        put: DataFrame | None = None,
        drop: DataFrame | None = None,
        seen: DataFrame | None = None,
        author: str = "",
    ) -> DataFrame:
        """Set single duties by hand and take others off, at once; every change is logged, see `pin_history`.

        Parameters
        ----------
        put, drop
            The pins to set, and to take off; a row in both stays.
        seen
            The pins that the decision was made on, as `pins` gave them; without it the present ones.
        author
            Who; logged.

        Returns
        -------
        pins
            All pins as they are now, in the order in which they were set.

        Raises
        ------
        ConflictError
            If somebody else has changed the pins of one of the same targets since `seen`; nothing is changed.
        """
        put, drop = (_pin_rows(rows) for rows in (put, drop))
        with self._writing() as connection:
            now = _pin_rows(self._there(connection, "pins"))
            self._check_unchanged(connection, now, seen, pd.concat([put, drop]))
            rest = now[~_is_in(now, drop) | _is_in(now, put)]
            pins = pd.concat([rest, put]).drop_duplicates(ignore_index=True)
            stamp = geopackage.layer_stamp(connection, "pins")
            if not pins.equals(now):
                self._stamps["pins"] = stamp
                stamp = self._replace(connection, "pins", pins, author)
        self._stamps["pins"] = stamp
        return pins

    def pin_history(self) -> DataFrame:
        """List who set or took off which duty by hand when, oldest first.

        Returns
        -------
        changes
            `time`, `author`, `change` (``set``, ``taken_off``), `official_id`, `role`, `target_kind`,
            `target`.
        """
        with self._reading() as connection:
            return pin_log.changes(connection)

    def _plain(self, name: str) -> DataFrame:
        """Give a table whose ids may come twice, with them as a column."""
        return DataFrame(self._table(name).reset_index())

    def _is_known(self, connection: sqlite3.Connection, name: str, rows: DataFrame) -> bool:
        """Tell whether a table holds just these rows, and is as it was read here."""
        stored = self._stored(connection, name)
        return stored is not None and stored[0] == self._stamps.get(name) and stored[1].equals(rows)

    def _there(self, connection: sqlite3.Connection, name: str) -> DataFrame | None:
        stored = self._stored(connection, name)
        return None if stored is None else stored[1].reset_index()

    def _check_unchanged(
        self, connection: sqlite3.Connection, now: DataFrame, seen: DataFrame | None, touched: DataFrame
    ) -> None:
        """Refuse a change of targets whose pins are others than were seen."""
        if seen is None:
            return
        before = _pin_rows(seen)
        changed = pd.concat([now, before])[~_is_in(pd.concat([now, before]), now.merge(before))]
        clash = changed[_is_in(changed, touched, _TARGET)][_TARGET].drop_duplicates()
        if not len(clash):
            return
        shown = [
            f"{role} of {kind} {target}{pin_log.last_author(connection, role, kind, target)}"
            for role, kind, target in clash.head(_SHOWN).itertuples(index=False)
        ]
        more = f" and {len(clash) - _SHOWN} more" if len(clash) > _SHOWN else ""
        raise ConflictError(
            f"{self.path}: somebody else has changed duties set by hand since they were read here: "
            f"{'; '.join(shown)}{more}; look at them, and change them again"
        )


def _in_force(text: str) -> InForce | None:
    if not text:
        return None
    said = json.loads(text)
    return InForce(said["plan_version"], datetime.fromisoformat(said["time"]), said["author"])


def _pin_rows(rows: DataFrame | None) -> DataFrame:
    """Give pins as four columns of text."""
    if rows is None:
        return DataFrame(columns=list(PIN_COLUMNS), dtype="str")
    return rows[list(PIN_COLUMNS)].astype("str").fillna("").reset_index(drop=True)


def _is_in(rows: DataFrame, others: DataFrame, columns: list[str] | None = None) -> pd.Series:
    """Tell which rows are among others."""
    names = columns or list(PIN_COLUMNS)
    known = pd.MultiIndex.from_frame(others[names])
    return pd.Series(pd.MultiIndex.from_frame(rows[names]).isin(known), index=rows.index)
