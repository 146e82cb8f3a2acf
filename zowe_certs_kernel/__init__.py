"""The package behind the notebooks: Zowe's TLS certificates, made, inspected, drawn and explained.

Every public name is imported when it is first used, so that ``zowe-certs --help`` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import ZoweCertsError
    from .parameters import InspectParameters, SetupParameters, StartParameters, TrustParameters
    from .run import RunResult, run_notebook
    from .secret import Secret, from_reference
    from .setup import Made, Plan, make, plan_setup
    from .show.inspect_steps import compare_sources, entries_page, finish_inspection, read_source
    from .show.setup_steps import (
        draw_trust,
        inspect_directory,
        make_directory,
        next_steps,
        plan_directory,
        read_setup_settings,
    )
    from .show.start_pages import check_installation, draw_certificate_set, list_notebooks
    from .show.trust_steps import (
        all_paths,
        draw_certificates,
        draw_connections,
        draw_launch,
        explore_trust,
        finish_trust,
        judge_roles,
        read_trust,
        what_breaks_when,
        what_would_change,
    )
    from .stores import open_store
    from .trust.graph import TrustGraph, trust_graph
    from .trust.inspection import Inspection, inspect_stores
    from .zowe.instance import read_instance, read_keystore_environment
    from .zowe.settings import CertificateSettings, read_settings

__all__ = [
    "CertificateSettings",
    "InspectParameters",
    "Inspection",
    "Made",
    "Plan",
    "RunResult",
    "Secret",
    "SetupParameters",
    "StartParameters",
    "TrustGraph",
    "TrustParameters",
    "ZoweCertsError",
    "all_paths",
    "check_installation",
    "compare_sources",
    "draw_certificate_set",
    "draw_certificates",
    "draw_connections",
    "draw_launch",
    "draw_trust",
    "entries_page",
    "explore_trust",
    "finish_inspection",
    "finish_trust",
    "from_reference",
    "inspect_directory",
    "inspect_stores",
    "judge_roles",
    "list_notebooks",
    "make",
    "make_directory",
    "next_steps",
    "open_store",
    "plan_directory",
    "plan_setup",
    "read_instance",
    "read_keystore_environment",
    "read_settings",
    "read_setup_settings",
    "read_source",
    "read_trust",
    "run_notebook",
    "trust_graph",
    "what_breaks_when",
    "what_would_change",
]

_HOMES = {
    "errors": ("ZoweCertsError",),
    "parameters": ("InspectParameters", "SetupParameters", "StartParameters", "TrustParameters"),
    "run": ("RunResult", "run_notebook"),
    "secret": ("Secret", "from_reference"),
    "setup": ("Made", "Plan", "make", "plan_setup"),
    "show.inspect_steps": ("compare_sources", "entries_page", "finish_inspection", "read_source"),
    "show.setup_steps": (
        "draw_trust",
        "inspect_directory",
        "make_directory",
        "next_steps",
        "plan_directory",
        "read_setup_settings",
    ),
    "show.start_pages": ("check_installation", "draw_certificate_set", "list_notebooks"),
    "show.trust_steps": (
        "all_paths",
        "draw_certificates",
        "draw_connections",
        "draw_launch",
        "explore_trust",
        "finish_trust",
        "judge_roles",
        "read_trust",
        "what_breaks_when",
        "what_would_change",
    ),
    "stores": ("open_store",),
    "trust.graph": ("TrustGraph", "trust_graph"),
    "trust.inspection": ("Inspection", "inspect_stores"),
    "zowe.instance": ("read_instance", "read_keystore_environment"),
    "zowe.settings": ("CertificateSettings", "read_settings"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
