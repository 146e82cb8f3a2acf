"""What has ended or ends soon, as findings; the ids are those of the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ..lifecycle.outlook import ExpiryRow, Outlook
from ..model import Finding, Severity

__all__ = ["expiry_findings"]

_HOW = {
    "key": "Renew it: zowe-certs renew where the local authority signed it, else zowe-certs csr and import-reply.",
    "authority": "Replace it: zowe-certs rotate-ca for the local authority; of another CA trust the successor.",
    "trusted": "Ask its owner for the next certificate, and trust that: zowe-certs trust.",
    "chain": "Ask the CA for the present chain, and bring it in: zowe-certs import-reply.",
}
_ENDED = {
    "key": ("ZC-DATE-01", Severity.ERROR),
    "authority": ("ZC-DATE-04", Severity.ERROR),
    "chain": ("ZC-DATE-04", Severity.ERROR),
    "trusted": ("ZC-DATE-05", Severity.INFO),
}


def expiry_findings(outlook: Outlook, *, warn_days: int) -> tuple[Finding, ...]:
    """A finding for each certificate that has ended, has not begun, or ends within ``warn_days``, the worst first.

    The key that signs tokens is left out: nobody looks at its certificate's end.
    """
    found = [finding for row in outlook.rows if row.role in _HOW for finding in _of(row, outlook.at, warn_days)]
    return tuple(sorted(found, key=lambda finding: list(Severity).index(finding.severity)))


def _of(row: ExpiryRow, at: dt.datetime, warn_days: int) -> Iterator[Finding]:
    if row.ends < at:
        yield _finding(row, *_ENDED[row.role], f"“{row.what}” ended on {row.ends:%Y-%m-%d}")
    elif row.begins > at:
        yield _finding(row, "ZC-DATE-02", Severity.ERROR, f"“{row.what}” begins on {row.begins:%Y-%m-%d} only")
    elif row.ends - at < dt.timedelta(days=warn_days):
        told = f"“{row.what}” ends on {row.ends:%Y-%m-%d}, in {row.days_left} days"
        severity = Severity.INFO if row.role == "trusted" else Severity.WARNING
        yield _finding(row, "ZC-DATE-03", severity, told)


def _finding(row: ExpiryRow, rule: str, severity: Severity, message: str) -> Finding:
    source, alias = row.places[0]
    why = f"At its end {row.consequence}."
    where = {"source": source, "alias": alias, **({"sha256": row.sha256} if row.sha256 else {})}
    return Finding(rule, severity, message, why, _HOW[row.role], "RFC 5280, section 6.1.3", where)
