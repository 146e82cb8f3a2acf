"""The verdicts of the roles as tables: who accepts a certificate, under which mode, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from ..trust.token_signer import JWT_SECRET
from ..trust.verdict import Mode, Role, RoleVerdict
from .page import Block, Details, Table, Text

__all__ = ["role_blocks"]

_WORDS = {
    Role.JAVA_SERVER: "as a server, for Java: gateway and services",
    Role.JAVA_SERVER_WITH_HOST: "the same, with its names checked",
    Role.JAVA_CLIENT: "as a client, for Java servers",
    Role.JAVA_MUTUAL_TLS: "at both ends of mutual TLS, in Java",
    Role.OPENSSL_SERVER_WITH_HOST: "as a server, for browsers, curl, Python: names checked",
    Role.NODE_SERVER: "as a server, for Node: app-server, Zowe CLI",
}
_FOR_TOKENS = "{} signs login tokens; no client meets it in TLS"


def role_blocks(verdicts: Sequence[RoleVerdict], names: Mapping[str, str], *, hosts: Sequence[str] = ()) -> list[Block]:
    """A table for each private key: a row a role, its verdict under STRICT and where modes differ, the reason.

    Args:
        names: the names of certificates by SHA-256, to say which is at fault.
        hosts: for what names was asked; without any a line says how to.
    """
    blocks: list[Block] = []
    for (source, alias), among in groupby(verdicts, lambda one: (one.source, one.alias)):
        rows = [_row(role, list(of_role), names) for role, of_role in groupby(among, lambda one: one.role)]
        columns = ("In the role", "Verdict", "Why", "Certificate at fault")
        table = Table(f"{alias} in {source}", columns, rows, frozenset())
        blocks.append(Details(_FOR_TOKENS.format(alias), [table]) if alias.lower() == JWT_SECRET else table)
    if verdicts and not hosts:
        blocks.append(Text("No host name was asked for, so none was checked: name those that clients use."))
    return blocks


def _row(role: Role, among: Sequence[RoleVerdict], names: Mapping[str, str]) -> tuple[str, ...]:
    by_mode = {one.mode: one.verdict.word for one in among}
    (strict,) = (one for one in among if one.mode is Mode.STRICT)
    others = [f"{mode}: {word}" for mode, word in by_mode.items() if word != strict.verdict.word]
    others += [f"{who}: refused" for who in strict.verdict.refused_by]
    asked = "\n".join(f"{one.host}: {one.verdict.reason}" for one in strict.hosts if not one.verdict.accepted)
    fault = strict.verdict.at_fault or ""
    told = f"{names.get(fault, '')}\n{fault[:16]}…" if fault else ""
    return (_WORDS[role], "\n".join([strict.verdict.word, *others]), asked or strict.verdict.reason, told.strip())
