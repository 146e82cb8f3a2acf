"""Settings to plan, plan to files."""

from __future__ import annotations

from .make import Made, make
from .plan import Plan
from .planning import plan_setup

__all__ = ["Made", "Plan", "make", "plan_setup"]
