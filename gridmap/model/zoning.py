"""A zoning: everything that one issue of maps and lists shows, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pandas import DataFrame

from gridmap.model.certificate import Certificate
from gridmap.model.duties import Duties
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol

AUDIENCES = ("public", "official", "field")
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Document:
    """What stands at the head of every export.

    Parameters
    ----------
    title
        The heading; empty for the name of the protocol.
    number, issuer
        Document number and issuing body.
    review_number
        Map review number 审图号.
    as_of, effective_at, valid_until
        When the data were current, when the zones begin, when the sheet expires; all with a time zone.
    recipient
        For whom this copy is.
    approved_by
        Who issues it in spite of a hard vacancy; printed.
    draft
        Whether DRAFT stands across every page.
    owner
        Who clears exceptions that no village secretary can.
    """

    title: str = ""
    number: str = ""
    issuer: str = ""
    review_number: str = ""
    as_of: datetime | None = None
    effective_at: datetime | None = None
    valid_until: datetime | None = None
    recipient: str = ""
    approved_by: str = ""
    draft: bool = False
    owner: str = ""


@dataclass(frozen=True, eq=False)
class Zoning:
    """A plan with all that explains it: what every export is made from.

    Parameters
    ----------
    plan, grid, protocol
        What was zoned, over what, by what order.
    placement
        The households; without it there are no counts and no lists.
    certificate
        The proof; without it, or when it is not balanced, official and field exports are stopped.
    duties, officials
        Who serves.
    sites, cases
        Points to be staffed; where the zoning began.
    document
        Number, issuer and times.
    followups
        How households were reached so far, the newest first: `household_id`, `channel`, `result`, `needs`,
        `reached_on`; lists for the field show it.
    in_force
        The duties that were in force before these, as `Duties` or its table; lists say who is new to whom.
    events
        What happened so far, as `gridmap.model.events.events_frame`; lists for the field show what is open.
    boundaries
        Roads, rivers and railways by name, which printed maps show.
    held
        Why zones are held back from officials and the field, by ``zone_id``; see
        `gridmap.core.release.check_release`.
    told_before
        Whether the public was told counts of another version of the plan or the roster before. Its counts
        are rounded to five then, so that none can be worked out as the difference of two.
    """

    plan: Plan
    grid: DataFrame
    protocol: Protocol
    placement: Placement | None = None
    certificate: Certificate | None = None
    duties: Duties | None = None
    officials: Any = None
    sites: Any = None
    cases: Any = None
    document: Document = Document()
    followups: Any = None
    in_force: Any = None
    events: Any = None
    boundaries: Any = None
    held: Mapping[str, str] = field(default_factory=dict)
    told_before: bool = False

    def __repr__(self) -> str:
        # Not the fields: they hold names, phones and addresses, and a notebook keeps what it shows.
        counted = (
            "no households" if self.placement is None else f"{len(self.placement.households)} households"
        )
        return f"<Zoning of plan {self.plan.version}: {len(self.plan.zones)} zones, {counted}>"
