"""5, 50 and 500 certificates, and the least that matplotlib needs for as many marks and labels."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping

from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.model import CertificateFacts, Entry, EntryKind, Store
from zowe_certs_kernel.show.layout import Layout, TextBox
from zowe_certs_kernel.stores.certificate import certificate_facts

__all__ = ["draw_bare", "labels", "stores_of"]

# How many authorities, and how many services each of them has.
_SETS: Mapping[int, tuple[int, int]] = {5: (1, 4), 50: (2, 24), 500: (20, 24)}


def stores_of(certificates: int, now: dt.datetime) -> Iterator[Store]:
    """Authorities with their services, a keystore for each authority, a trust store for all."""
    authorities, services = _SETS[certificates]
    key = generate_key()  # one for all: only the certificates count here
    trusted = []
    for number in range(authorities):
        authority = issue(CertificateKind.CA, (("CN", f"Authority {number}"),), key, now=now)
        trusted.append(_facts(authority))
        entries = []
        for service in range(services):
            name = (("CN", f"service{service}.lpar{number}.example.com"),)
            found = _facts(issue(CertificateKind.SERVICE, name, key, now=now, issuer=authority, san=("dns:localhost",)))
            entries.append(Entry(f"service{service}", EntryKind.PRIVATE_KEY, (found, trusted[-1])))
        yield Store(f"lpar{number}/keystore.p12", "PKCS12", tuple(entries))
    entries = [Entry(f"ca{number}", EntryKind.TRUSTED_CERTIFICATE, (facts,)) for number, facts in enumerate(trusted)]
    yield Store("truststore.p12", "PKCS12", tuple(entries))


def _facts(issued: Issued) -> CertificateFacts:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate_facts(issued.certificate.public_bytes(Encoding.DER))


def labels(layout: Layout) -> list[TextBox]:
    """Every line of text in a picture."""
    inside = [line for box in layout.boxes for line in box.lines]
    beside = [route.label for route in layout.routes if route.label]
    return [layout.title, *layout.headings, *inside, *beside]


def draw_bare(layout: Layout) -> bytes:
    """What ``layout`` holds as SVG by the fewest artists: all boxes in one, all arrows in one, one for each label."""
    import matplotlib as mpl
    from matplotlib.collections import LineCollection, PatchCollection
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    boxes, svg = [Rectangle((box.x, box.y), box.width, box.height) for box in layout.boxes], io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none", "text.parse_math": False}):
        figure = Figure(figsize=(layout.width / 72, layout.height / 72))
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, layout.width), ylim=(layout.height, 0))
        axes.set_axis_off()
        axes.add_collection(PatchCollection(boxes, edgecolor="black", facecolor="white"))
        axes.add_collection(LineCollection([route.points for route in layout.routes]))
        for text in labels(layout):
            axes.text(text.x, text.baseline, text.text, fontsize=text.size)
        figure.savefig(svg, format="svg")
    return svg.getvalue()
