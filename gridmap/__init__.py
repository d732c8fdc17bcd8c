"""Tiered zones over a grid of cells: no household missed, no person left out, and the proof."""

from gridmap.batch import PartitionedPlacement, place_households, run_batch
from gridmap.core.apply import apply_edit, new_plan, replay
from gridmap.core.board import Board, BoardHistory, BoardVersion, board
from gridmap.core.carried import CarryOver
from gridmap.core.carry import carry_plan
from gridmap.core.cell_officials import cell_officials
from gridmap.core.clock.accept import accept_proposals
from gridmap.core.clock.zone_clock import zone_clock
from gridmap.core.compare import compare_plans
from gridmap.core.coverage import check_grid
from gridmap.core.datum import from_datum, to_datum
from gridmap.core.datum_check import check_datum
from gridmap.core.delineate import delineate
from gridmap.core.drawing.case_points import case_points
from gridmap.core.drawing.chosen import cells_inside, cells_within
from gridmap.core.drawing.enclosure import area_border, enclose
from gridmap.core.drawing.household_pick import household_at
from gridmap.core.drawing.new_case import new_case, with_case
from gridmap.core.duty import assign_duties
from gridmap.core.duty_changes import change_shares, compare_duties
from gridmap.core.edit_texts import edit_from_json, edit_to_json, edits_as_python
from gridmap.core.edits import (
    AddCarveOut,
    ClearTier,
    Delineate,
    LiftZone,
    Lock,
    MergeZones,
    NameZone,
    NumberZone,
    Proposal,
    Release,
    RemoveCarveOut,
    SetRemainder,
    SetTier,
    SplitZone,
    Together,
    Unlock,
    UseTiers,
)
from gridmap.core.event_counts import event_counts
from gridmap.core.event_findings import event_findings
from gridmap.core.finder import Finder
from gridmap.core.followup import followup_counts, merge_followups, official_counts, unreached
from gridmap.core.handover import HandOver, hand_over
from gridmap.core.locking import lock_of, unlock_of
from gridmap.core.logistics import supplies_of
from gridmap.core.make_grid import make_grid
from gridmap.core.notice_in.reading import NoticeReading, read_notice
from gridmap.core.outline import zone_outlines
from gridmap.core.presence import presence
from gridmap.core.preview import preview_delineation
from gridmap.core.problems import list_problems
from gridmap.core.renewal.match import match_households, match_officials
from gridmap.core.renewal.renew import Renewed, renew_households, renew_officials
from gridmap.core.renewal.renewal import Renewal
from gridmap.core.repair import repair_grid
from gridmap.core.requests import request_status
from gridmap.core.roster_checks import check_roster
from gridmap.core.rounds import round_missing, round_status, round_table
from gridmap.core.staff_homes import staff_homes
from gridmap.core.tally import (
    count_tier_needs,
    count_tiers,
    count_zone_needs,
    count_zones,
    household_tiers,
    household_zones,
)
from gridmap.core.zone_changes import ZoneChanges, compare_zones
from gridmap.errors import (
    CancelledError,
    ConflictError,
    CrsMismatchError,
    DutyError,
    ExportBlockedError,
    GridError,
    GridmapError,
    GridmapWarning,
    LockedCellError,
    PlanError,
    ProtocolError,
    ReasonNeededError,
    TableError,
    UnknownCellError,
    WorkspaceError,
)
from gridmap.export.atlas import export_atlas
from gridmap.export.board import board_of, export_board
from gridmap.export.calendar import export_calendar
from gridmap.export.callsheets import export_callsheets
from gridmap.export.certificate import export_certificate
from gridmap.export.delta import export_delta, zonings_between
from gridmap.export.event_reading import read_events
from gridmap.export.event_sheets import write_event_sheets
from gridmap.export.followup_lists import read_followups
from gridmap.export.kit import write_exports, zoning_of
from gridmap.export.layers import export_layers
from gridmap.export.lists import export_contacts
from gridmap.export.matrix import export_matrix
from gridmap.export.notice import export_notice, notice
from gridmap.export.picture import export_picture
from gridmap.export.proof import certify
from gridmap.export.renewal_decisions import read_decisions
from gridmap.export.renewal_list import export_renewal
from gridmap.export.vcards import export_vcards
from gridmap.export.webmap import export_map, folium_map
from gridmap.model.clock import Clock, ClockProposal
from gridmap.model.duties import Duties
from gridmap.model.zoning import Document, Zoning
from gridmap.store.bundled import bundled_path
from gridmap.store.limits import Limits
from gridmap.store.notice_text import read_notice_text
from gridmap.store.protocols import list_protocols, load_protocol
from gridmap.store.purge import purge_workspace
from gridmap.store.readers import (
    read_boundaries,
    read_cases,
    read_grid,
    read_households,
    read_officials,
    read_pins,
    read_sites,
)
from gridmap.store.workspace import Workspace, open_workspace
from gridmap.widget.lab import Workbench

__version__ = "0.1.0"

__all__ = [
    "AddCarveOut",
    "Board",
    "BoardHistory",
    "BoardVersion",
    "CancelledError",
    "CarryOver",
    "ClearTier",
    "Clock",
    "ClockProposal",
    "ConflictError",
    "CrsMismatchError",
    "Delineate",
    "Document",
    "Duties",
    "DutyError",
    "ExportBlockedError",
    "Finder",
    "GridError",
    "GridmapError",
    "GridmapWarning",
    "HandOver",
    "LiftZone",
    "Limits",
    "Lock",
    "LockedCellError",
    "MergeZones",
    "NameZone",
    "NoticeReading",
    "NumberZone",
    "PartitionedPlacement",
    "PlanError",
    "Proposal",
    "ProtocolError",
    "ReasonNeededError",
    "Release",
    "RemoveCarveOut",
    "Renewal",
    "Renewed",
    "SetRemainder",
    "SetTier",
    "SplitZone",
    "TableError",
    "Together",
    "UnknownCellError",
    "Unlock",
    "UseTiers",
    "Workbench",
    "Workspace",
    "WorkspaceError",
    "ZoneChanges",
    "Zoning",
    "accept_proposals",
    "apply_edit",
    "area_border",
    "assign_duties",
    "board",
    "board_of",
    "bundled_path",
    "carry_plan",
    "case_points",
    "cell_officials",
    "cells_inside",
    "cells_within",
    "certify",
    "change_shares",
    "check_datum",
    "check_grid",
    "check_roster",
    "compare_duties",
    "compare_plans",
    "compare_zones",
    "count_tier_needs",
    "count_tiers",
    "count_zone_needs",
    "count_zones",
    "delineate",
    "edit_from_json",
    "edit_to_json",
    "edits_as_python",
    "enclose",
    "event_counts",
    "event_findings",
    "export_atlas",
    "export_board",
    "export_calendar",
    "export_callsheets",
    "export_certificate",
    "export_contacts",
    "export_delta",
    "export_layers",
    "export_map",
    "export_matrix",
    "export_notice",
    "export_picture",
    "export_renewal",
    "export_vcards",
    "folium_map",
    "followup_counts",
    "from_datum",
    "hand_over",
    "household_at",
    "household_tiers",
    "household_zones",
    "list_problems",
    "list_protocols",
    "load_protocol",
    "lock_of",
    "make_grid",
    "match_households",
    "match_officials",
    "merge_followups",
    "new_case",
    "new_plan",
    "notice",
    "official_counts",
    "open_workspace",
    "place_households",
    "presence",
    "preview_delineation",
    "purge_workspace",
    "read_boundaries",
    "read_cases",
    "read_decisions",
    "read_events",
    "read_followups",
    "read_grid",
    "read_households",
    "read_notice",
    "read_notice_text",
    "read_officials",
    "read_pins",
    "read_sites",
    "renew_households",
    "renew_officials",
    "repair_grid",
    "replay",
    "request_status",
    "round_missing",
    "round_status",
    "round_table",
    "run_batch",
    "staff_homes",
    "supplies_of",
    "to_datum",
    "unlock_of",
    "unreached",
    "with_case",
    "write_event_sheets",
    "write_exports",
    "zone_clock",
    "zone_outlines",
    "zoning_of",
    "zonings_between",
]
