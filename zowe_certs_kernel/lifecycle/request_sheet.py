"""The sheet that goes to the authority's people with a request, for readers who never heard of Zowe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..names import parse_address
from .request_names import is_local

if TYPE_CHECKING:
    from .request import Requested

__all__ = ["request_sheet"]

_WIDTH = 96
_SPKI = (
    "openssl req -in {csr} -pubkey -noout |",
    "  openssl pkey -pubin -outform DER | openssl dgst -sha256",
    "openssl req -in {csr} -noout -text -verify",
    "keytool -printcertreq -v -file {csr}",
)


def request_sheet(made: Requested) -> str:
    """The sheet as plain text of at most 100 columns."""
    return "\n".join(line.rstrip() for part in _parts(made) for line in part) + "\n"


def _parts(made: Requested) -> Iterator[Iterable[str]]:
    plan = made.plan
    yield (f"Certificate request “{_shown(plan.subject_text, 60)}”", f"of {made.at:%Y-%m-%d %H:%M} UTC", "")
    yield _titled("What the certificate is for")
    yield _wrapped(
        "Zowe is a set of servers on an IBM mainframe (z/OS). Its programs show this one certificate as TLS servers "
        "to browsers and other clients, and as TLS clients to each other. So it has to be good for both."
    )
    yield _titled("What to ask for")
    yield from map(_asked, _rows(made))
    yield _names(made)
    yield _titled("What has to come back")
    yield from map(_point, _WHAT_COMES_BACK)
    yield _titled("Is it this request?")
    yield _wrapped("SHA-256 of its public key (SubjectPublicKeyInfo, DER). Compare it by telephone:")
    yield (f"  {made.spki_sha256[:32]}", f"  {made.spki_sha256[32:]}", "")
    yield _wrapped("These commands show it, prove the request and print it:")
    csr = f'"{plan.files[1]}"' if " " in plan.files[1] else plan.files[1]
    yield (*(f"  {command.format(csr=csr)}" for command in _SPKI), "")
    yield _titled("Before the reply is imported")
    yield from (_point(text, "[ ]") for text in _checks(made))
    yield _titled("What waits here")
    yield _wrapped(
        f"The private key waits in {plan.files[0]} under the alias {plan.alias}. It stays here; only {plan.files[1]} "
        f"and this sheet go out. Subject and names come from {_shown(plan.source, 200)}. "
        "Import the reply with zowe-certs import-reply."
    )


def _rows(made: Requested) -> Iterator[tuple[str, str]]:
    plan = made.plan
    yield "Template", "web server and web client (in Microsoft's words a copy of “Web Server” with client use added)"
    yield "Subject", _shown(plan.subject_text, 300)
    yield "Purposes", "extended key usage with BOTH serverAuth and clientAuth, or with none at all"
    yield "Key usage", f"{', '.join(plan.key_usage)}; critical or not"
    yield "Authority", "no: basic constraints CA false, or absent"
    yield "Key", plan.key_words
    yield "Signature", "SHA-256 or better, no MD5 or SHA-1, in every certificate of the chain"
    yield (
        "Lifetime",
        (
            "the longest that your rules allow. At its end Zowe needs a new certificate and a restart, and nobody is "
            "warned by Zowe: please say when it ends and who renews it"
        ),
    )


_WHAT_COMES_BACK = (
    "the certificate itself, all intermediate authorities and the root: one file or several, any order",
    "as PEM, DER or PKCS #7 (.pem .crt .cer .der .p7b .p7c)",
    "never a private key and no password: the private key was made here and stays here",
)


def _checks(made: Requested) -> Iterator[str]:
    yield f"The public key is that of this request (SHA-256 {made.spki_sha256[:16]}…)."
    yield f"All {len(made.plan.san)} subject alternative names are in it."
    yield "Both purposes are in it, serverAuth and clientAuth, or it names none."
    yield "The chain is whole, up to a root that signed itself, and you have compared the root's SHA-256."
    yield "It has begun, and its end is in the calendar, with 30 days for the next request."


def _names(made: Requested) -> Iterator[str]:
    plan = made.plan
    yield "  Names, all of them as subject alternative names (SAN):"
    yield from (f"    {_general(name)}" for name in plan.san)
    yield ""
    local = [name.partition(":")[2] for name in plan.left_out if is_local(name)]
    if local:
        yield from _wrapped(
            f"Not asked for: {', '.join(local)}. A set that Zowe makes itself also holds these names of the machine, "
            "and public authorities sign for none of them. An authority of your own may; the request would be made "
            "again with them."
        )
    if others := [name for name in plan.left_out if not is_local(name)]:
        yield from _wrapped(f"Not asked for: {', '.join(others)}.")
    if private := [name.partition(":")[2] for name in plan.san if _is_private(name)]:
        yield from _wrapped(f"A public authority will refuse {', '.join(private)}, which belongs to no one.")


def _is_private(name: str) -> bool:
    kind, _, value = name.partition(":")
    address = parse_address(value) if kind == "ip" else None
    return is_local(name) or bool(address and address.is_private)


def _general(name: str) -> str:
    kind, _, value = name.partition(":")
    word = {"dns": "DNS", "ip": "IP", "email": "email", "uri": "URI"}.get(kind, kind)
    return f"{word:6}{_shown(value, 80)}"


def _titled(title: str) -> tuple[str, str]:
    return title, "-" * len(title)


def _wrapped(text: str) -> list[str]:
    return [*textwrap.wrap(text, _WIDTH, break_on_hyphens=False), ""]


def _asked(row: tuple[str, str]) -> list[str]:
    label, text = row
    return textwrap.wrap(text, _WIDTH, initial_indent=f"  {label:11}", subsequent_indent=" " * 13)


def _point(text: str, mark: str = "-") -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=f"  {mark} ", subsequent_indent=" " * (len(mark) + 3))


def _shown(text: str, most: int) -> str:
    """Without characters that would end a line or turn it around: names come from certificates too."""
    clean = "".join(character if character.isprintable() else "?" for character in text)
    return clean if len(clean) <= most else f"{clean[:most]}…"
