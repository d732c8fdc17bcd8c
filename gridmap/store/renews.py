"""Renewed rosters in a workspace, with what people decided about them, both or neither."""

from __future__ import annotations

from collections.abc import Sequence

from pandas import DataFrame

from gridmap.core.renewal.renew import Renewed
from gridmap.store import renewal_log
from gridmap.store.grid_swap import SwapsGrid


class RenewsRosters(SwapsGrid):
    """Saved plans and tables, of which the rosters are renewed; see `StoredTables` for the parameters."""

    def renew(self, renewed: Renewed | Sequence[Renewed], *, author: str) -> None:
        """Replace rosters by renewed ones, and log the decisions that were followed; see `renewals`.

        Parameters
        ----------
        renewed
            As `gridmap.renew_households` and `gridmap.renew_officials` give them.
        author
            Who.

        Raises
        ------
        ConflictError
            If somebody else has replaced one of the rosters since it was read here.
        WorkspaceError
            If the file cannot be written; nothing is changed.
        """
        each_of = [renewed] if isinstance(renewed, Renewed) else list(renewed)
        tables = {each.table: each.frame for each in each_of}
        with self._writing() as connection:
            self._back_up(connection, tables)
            stamps = {name: self._replace(connection, name, frame, author) for name, frame in tables.items()}
            for each in each_of:
                renewal_log.add(connection, each.table, each.followed, author=author)
        self._stamps |= stamps

    def renewals(self) -> DataFrame:
        """List what was decided about renewed rosters, the oldest first; people are told by their ids only.

        Returns
        -------
        decisions
            `time` and `recorded_by` (who renewed the roster when), `table`, `item`, `kind`, `old_id`,
            `new_id` (in the file), `decision`, `author` and `decided_at` (who decided it when).
        """
        with self._reading() as connection:
            return renewal_log.renewals(connection)
