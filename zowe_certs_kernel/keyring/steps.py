"""The steps of a key ring job: commands of the security product as data, with the reason for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .symbols import SITE, Product

__all__ = ["EXTERNAL_AUTHORITIES", "JobStep", "Order"]

# Symbol, title and reason of each authority that is connected where its symbol has a value.
EXTERNAL_AUTHORITIES = (
    ("ITRMZWCA", "Connect the intermediate authority", "With it Java shows the whole chain to clients."),
    ("ROOTZWCA", "Connect the root authority", "Without it Zowe does not trust its own certificate."),
    ("ROOTZFCA", "Connect z/OSMF's root authority", "Without it Zowe does not trust z/OSMF."),
)


@dataclass(frozen=True)
class JobStep:
    """One step of a job; each of ``commands`` is its operands, between which a line may end.

    ``&NAME.`` in an operand stands for the value of that symbol. ``why`` are whole sentences.
    """

    name: str
    title: str
    why: str
    commands: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Order:
    """What a job is to do: the product, the option (1 generate, 2 connect, 3 import), its values, the keys' size."""

    product: Product
    option: int
    values: Mapping[str, str]
    bits: int

    @property
    def generates(self) -> bool:
        return self.option == 1

    @property
    def imports(self) -> bool:
        return self.option == 3

    @property
    def site_owned(self) -> bool:
        """Whether the key belongs to SITE, which asks for one permission more."""
        return self.option == 2 and self.values["CERTOWNR"] == SITE

    def has(self, name: str) -> bool:
        return bool(self.values[name])

    def named(self, suffix: str, written: Callable[[str, str], str]) -> list[str]:
        """The parts of a certificate's name, each as ``written(type, reference)`` has it; empty ones are left out."""
        parts = [written("CN", f"&CN. {suffix}")]
        return parts + [written(kind, f"&{kind}.") for kind in ("OU", "O", "L", "SP", "C") if self.has(kind)]
