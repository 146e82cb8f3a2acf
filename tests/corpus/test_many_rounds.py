"""Java shows the stores of GnuTLS and NSS as it is said of them: a few, for their 600,000 rounds in each part."""

from __future__ import annotations

from tests.corpus import test_gnutls_stores as gnutls
from tests.corpus import test_nss_stores as nss
from tests.corpus.java_view import LONG, Lister, not_as_said
from tests.corpus.workshop import Workshop


def test_java_shows_stores_of_gnutls_and_nss_as_it_is_said_of_them(
    of_gnutls: Workshop, of_nss: Workshop, lister: Lister
) -> None:
    cases = {"GnuTLS": (of_gnutls, gnutls.STORES["default"]), "NSS": (of_nss, nss.STORES["default"])}
    # Java refuses a store in PEM before it derives anything.
    cases["in PEM"] = (of_gnutls, gnutls.STORES["RC4, in PEM"])
    stores = {name: (shop.store(case.recipe), case) for name, (shop, case) in cases.items()}
    assert not_as_said(lister, stores, LONG) == {}
