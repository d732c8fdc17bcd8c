"""The transport problem: every household to one post, whole groups together, at least cost."""

from gridmap.core.transport.answer import Linked, linked
from gridmap.core.transport.columns import Optimum, optimum
from gridmap.core.transport.problem import Groups, Posts, Problem
from gridmap.core.transport.whole import made_whole

__all__ = ["Groups", "Linked", "Optimum", "Posts", "Problem", "linked", "made_whole", "optimum"]
