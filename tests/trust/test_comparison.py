"""Two stores, before and after."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.trust.conftest import NAMES, NOW, key_entry, store, trusted_entry
from zowe_certs_kernel.issue import CertificateKind, Issued, issue
from zowe_certs_kernel.trust.comparison import ChangeKind, compare_stores


def test_each_entry_is_told_with_what_became_of_it(
    rsa_keys: tuple[RSAPrivateKey, ...], authority: Issued, renewed: Issued, service: Issued
) -> None:
    again = issue(CertificateKind.SERVICE, (("CN", "S"),), rsa_keys[1], now=NOW, issuer=authority, san=NAMES)
    other = issue(CertificateKind.SERVICE, (("CN", "S"),), rsa_keys[2], now=NOW, issuer=authority, san=NAMES)
    shorter = Issued(service.certificate, service.key)
    before = store(
        key_entry(service, "same"),
        key_entry(service, "Renewed"),
        key_entry(service, "replaced"),
        key_entry(service, "chain"),
        trusted_entry(authority.certificate, "kind"),
        trusted_entry(authority.certificate, "removed"),
    )
    after = store(
        key_entry(service, "SAME"),
        key_entry(again, "renewed"),
        key_entry(other, "replaced"),
        key_entry(shorter, "chain"),
        key_entry(authority, "kind"),
        trusted_entry(renewed.certificate, "added"),
    )
    changes = {change.alias: change.kind for change in compare_stores(before, after)}
    assert changes == {
        "SAME": ChangeKind.SAME,
        "renewed": ChangeKind.RENEWED,
        "replaced": ChangeKind.REPLACED,
        "chain": ChangeKind.CHAIN,
        "kind": ChangeKind.KIND,
        "added": ChangeKind.ADDED,
        "removed": ChangeKind.REMOVED,
    }


def test_a_change_is_told_as_a_dictionary(authority: Issued, service: Issued) -> None:
    (change,) = compare_stores(store(), store(key_entry(service)))
    assert change.as_dict() == {
        "alias": "localhost",
        "change": "added",
        "before": None,
        "after": key_entry(service).chain[0].sha256,
    }
