"""Certificate policies along a path (RFC 5280, section 6.1; sun.security.provider.certpath.PolicyChecker).

Nobody is asked for a certain policy, so that they count only where a certificate of the path demands one. Then it is
enough to know the policies of one level, not the whole tree (RFC 9618, section 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import Damaged, TooCostly
from ..stores import der
from .java_certificate import JavaCertificate

__all__ = ["policy_problem"]

_ANY = "2.5.29.32.0"
_POLICIES, _MAPPINGS, _CONSTRAINTS, _INHIBIT_ANY = "2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.54"
_REQUIRE_EXPLICIT, _INHIBIT_MAPPING = 0x80, 0x81


def policy_problem(path: Sequence[JavaCertificate]) -> tuple[str, JavaCertificate] | None:
    """Why the policies forbid the path, and whose fault it is.

    Args:
        path: from the one that the anchor signed down to the leaf; the anchor itself counts for nothing in Java.
    """
    state = _State(len(path))
    for depth, certificate in enumerate(path, start=1):
        try:
            allowed = state.allows(certificate, last=depth == len(path))
        except (Damaged, TooCostly, ValueError) as error:
            return f"has policies that cannot be read ({error})", certificate
        if not allowed:
            return "has not the certificate policy that an authority above it demands", certificate
    return None


class _State:
    """The policies that are valid at a level, each with what it is called in the next; and what is still allowed."""

    def __init__(self, length: int) -> None:
        self.level: dict[str, set[str]] = {_ANY: {_ANY}}
        self.explicit = self.mapping = self.inhibit_any = length + 1

    def allows(self, certificate: JavaCertificate, *, last: bool) -> bool:
        counts = not certificate.is_self_issued
        self._descend(certificate, any_counts=self.inhibit_any > 0 or (not last and not counts))
        if self.explicit == 0 and not self.level:
            return False
        limits = _limits(certificate)
        if last:
            demanded = limits.get(_REQUIRE_EXPLICIT) == 0 or self.explicit <= (1 if counts else 0)
            return bool(self.level) or not demanded
        if not self._map(certificate):
            return False
        if counts:
            self.explicit, self.mapping, self.inhibit_any = (
                max(left - 1, 0) for left in (self.explicit, self.mapping, self.inhibit_any)
            )
        self.explicit = min(self.explicit, limits.get(_REQUIRE_EXPLICIT, self.explicit))
        self.mapping = min(self.mapping, limits.get(_INHIBIT_MAPPING, self.mapping))
        if _INHIBIT_ANY in certificate.extensions:
            self.inhibit_any = min(self.inhibit_any, der.read(certificate.extensions[_INHIBIT_ANY]).as_int())
        return True

    def _descend(self, certificate: JavaCertificate, *, any_counts: bool) -> None:
        if _POLICIES not in certificate.extensions or not self.level:
            self.level = {}
            return
        named = {policy.first().as_oid() for policy in der.read(certificate.extensions[_POLICIES]).children()}
        expected = set().union(*self.level.values())
        fresh = {policy for policy in named - {_ANY} if policy in expected or _ANY in self.level}
        if _ANY in named and any_counts:
            fresh |= expected
        self.level = {policy: {policy} for policy in fresh}

    def _map(self, certificate: JavaCertificate) -> bool:
        """Policy mappings; whether they are lawful."""
        mapped: dict[str, set[str]] = {}
        for upper, lower in _pairs(certificate):
            mapped.setdefault(upper, set()).add(lower)
        if _ANY in mapped or any(_ANY in names for names in mapped.values()):
            return False
        for upper, names in mapped.items():
            if self.mapping == 0:
                self.level.pop(upper, None)
            elif upper in self.level or _ANY in self.level:
                self.level[upper] = names
        return True


def _pairs(certificate: JavaCertificate) -> Iterator[tuple[str, str]]:
    if _MAPPINGS in certificate.extensions:
        for pair in der.read(certificate.extensions[_MAPPINGS]).children():
            upper, lower = pair.children()
            yield upper.as_oid(), lower.as_oid()


def _limits(certificate: JavaCertificate) -> dict[int, int]:
    """After how many more certificates a policy is demanded, and mappings are forbidden; by tag."""
    if _CONSTRAINTS not in certificate.extensions:
        return {}
    return {
        field.tag: int.from_bytes(field.content, "big", signed=True)
        for field in der.read(certificate.extensions[_CONSTRAINTS]).children()
    }
