"""The package behind the notebooks: Zowe's TLS certificates, made, inspected, drawn and explained.

Every public name is imported when it is first used, so that ``zowe-certs --help`` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import ZoweCertsError
    from .keyring import RingJob, ring_job
    from .keyring.comparison import compare_ring
    from .keyring.directory import make_ring_directory, plan_ring_directory
    from .parameters import (
        AuditParameters,
        InspectParameters,
        KeyringParameters,
        RenewParameters,
        ServicesParameters,
        SetupParameters,
        StartParameters,
        TrustParameters,
    )
    from .run import RunResult, run_notebook
    from .secret import Secret, from_reference
    from .setup import Made, Plan, make, plan_setup
    from .show.audit_steps import (
        audit_expiry,
        audit_findings,
        audit_inventory,
        audit_limits,
        audit_pictures,
        audit_roles,
        audit_sources,
        finish_audit,
        make_audit,
    )
    from .show.inspect_steps import compare_sources, entries_page, finish_inspection, read_source
    from .show.keyring_steps import (
        check_instances,
        draw_ring,
        draw_ring_launch,
        finish_keyring,
        make_ring_folder,
        plan_ring_folder,
        plan_ring_job,
        read_ring,
        read_ring_settings,
        show_ring_job,
        write_ring_jobs,
    )
    from .show.renew_steps import (
        finish_renewal,
        make_change,
        plan_change,
        read_directory,
        show_lifetimes,
        show_rotation,
        trust_after,
    )
    from .show.services_steps import (
        check_services,
        compare_modes,
        draw_trust_after,
        draw_trust_before,
        finish_services,
        plan_services,
        read_services,
        trust_services,
    )
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
    "AuditParameters",
    "CertificateSettings",
    "InspectParameters",
    "Inspection",
    "KeyringParameters",
    "Made",
    "Plan",
    "RenewParameters",
    "RingJob",
    "RunResult",
    "Secret",
    "ServicesParameters",
    "SetupParameters",
    "StartParameters",
    "TrustGraph",
    "TrustParameters",
    "ZoweCertsError",
    "all_paths",
    "audit_expiry",
    "audit_findings",
    "audit_inventory",
    "audit_limits",
    "audit_pictures",
    "audit_roles",
    "audit_sources",
    "check_installation",
    "check_instances",
    "check_services",
    "compare_modes",
    "compare_ring",
    "compare_sources",
    "draw_certificate_set",
    "draw_certificates",
    "draw_connections",
    "draw_launch",
    "draw_ring",
    "draw_ring_launch",
    "draw_trust",
    "draw_trust_after",
    "draw_trust_before",
    "entries_page",
    "explore_trust",
    "finish_audit",
    "finish_inspection",
    "finish_keyring",
    "finish_renewal",
    "finish_services",
    "finish_trust",
    "from_reference",
    "inspect_directory",
    "inspect_stores",
    "judge_roles",
    "list_notebooks",
    "make",
    "make_audit",
    "make_change",
    "make_directory",
    "make_ring_directory",
    "make_ring_folder",
    "next_steps",
    "open_store",
    "plan_change",
    "plan_directory",
    "plan_ring_directory",
    "plan_ring_folder",
    "plan_ring_job",
    "plan_services",
    "plan_setup",
    "read_directory",
    "read_instance",
    "read_keystore_environment",
    "read_ring",
    "read_ring_settings",
    "read_services",
    "read_settings",
    "read_setup_settings",
    "read_source",
    "read_trust",
    "ring_job",
    "run_notebook",
    "show_lifetimes",
    "show_ring_job",
    "show_rotation",
    "trust_after",
    "trust_graph",
    "trust_services",
    "what_breaks_when",
    "what_would_change",
    "write_ring_jobs",
]

_HOMES = {
    "errors": ("ZoweCertsError",),
    "keyring": ("RingJob", "ring_job"),
    "keyring.comparison": ("compare_ring",),
    "keyring.directory": ("make_ring_directory", "plan_ring_directory"),
    "parameters": (
        "AuditParameters",
        "InspectParameters",
        "KeyringParameters",
        "RenewParameters",
        "ServicesParameters",
        "SetupParameters",
        "StartParameters",
        "TrustParameters",
    ),
    "run": ("RunResult", "run_notebook"),
    "secret": ("Secret", "from_reference"),
    "setup": ("Made", "Plan", "make", "plan_setup"),
    "show.audit_steps": (
        "audit_expiry",
        "audit_findings",
        "audit_inventory",
        "audit_limits",
        "audit_pictures",
        "audit_roles",
        "audit_sources",
        "finish_audit",
        "make_audit",
    ),
    "show.inspect_steps": ("compare_sources", "entries_page", "finish_inspection", "read_source"),
    "show.keyring_steps": (
        "check_instances",
        "draw_ring",
        "draw_ring_launch",
        "finish_keyring",
        "make_ring_folder",
        "plan_ring_folder",
        "plan_ring_job",
        "read_ring",
        "read_ring_settings",
        "show_ring_job",
        "write_ring_jobs",
    ),
    "show.services_steps": (
        "check_services",
        "compare_modes",
        "draw_trust_after",
        "draw_trust_before",
        "finish_services",
        "plan_services",
        "read_services",
        "trust_services",
    ),
    "show.renew_steps": (
        "finish_renewal",
        "make_change",
        "plan_change",
        "read_directory",
        "show_lifetimes",
        "show_rotation",
        "trust_after",
    ),
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
