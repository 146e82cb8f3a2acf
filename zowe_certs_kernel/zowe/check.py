"""Values out of a settings file, each checked; what cannot be used becomes a sentence with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from ..names import MOST_IN_COMMON_NAME, IPAddress, host_name_problem, parse_address, split_list
from ..secret import PUBLISHED_PASSWORD, Secret
from .env_file import Assignment, EnvFile
from .variables import OWN_PREFIX, OWN_VARIABLES, VARIABLES_BY_NAME

__all__ = ["Check", "password_problem"]

_MIN_PASSWORD = 6
_COMPONENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# Their names are those of other entries and files of the directory.
_TAKEN_ALIASES = {"localca", "local_ca", "jwtsecret", "zowe-certificates.env"}


class Check:
    """Reads values out of an EnvFile and keeps a sentence for each that cannot be used."""

    def __init__(self, env: EnvFile, *, as_zowe: bool) -> None:
        self.env = env
        self.as_zowe = as_zowe
        self.places: dict[str, tuple[int, int]] = {}

    @property
    def problems(self) -> list[str]:
        """In the order of files and lines."""
        return sorted(self.places, key=self.places.__getitem__)

    def bad(self, name: str, why: str) -> None:
        found = self.env.assignments.get(name)
        problem = f"{_place(found, self.env)}{name} {why}"
        self.places[problem] = (self.env.source.find(found.source), found.line) if found else (-1, 0)

    def text(self, name: str) -> str:
        value = self.env.get(name, VARIABLES_BY_NAME[name].default).strip()
        if any(ord(character) < ord(" ") for character in value):
            self.bad(name, "holds a line break or another control character")
        return value

    def matching(self, name: str, rule: Callable[[str], bool], why: str) -> str:
        value = self.text(name) or VARIABLES_BY_NAME[name].default
        if not rule(value):
            self.bad(name, f"{value!r} {why}")
        return value

    def flag(self, name: str, *, unless: str = "") -> bool:
        """Zowe's script takes ``true`` alone as true, or all but ``unless``."""
        value = self.text(name)
        if self.as_zowe and not name.startswith(OWN_PREFIX):
            return value != unless if unless else value == "true"
        if value.lower() not in {"true", "false"}:
            self.bad(name, f"is {value!r}; write true or false")
        return value.lower() == "true"

    def host_names(self) -> tuple[str, ...]:
        names = split_list(self.text("HOSTNAME"))
        if not names and not self.text("ZOWE_KEYRING"):  # what is in a key ring has its names already
            self.bad("HOSTNAME", "is empty: which host names do clients use to reach Zowe? Name them, parted by commas")
        for name in names:
            if why := host_name_problem(name):
                self.bad("HOSTNAME", why)
        return tuple(name.lower() for name in names)

    def addresses(self) -> tuple[IPAddress, ...]:
        found = [(text, parse_address(text)) for text in split_list(self.text("IPADDRESS"))]
        for text, address in found:
            if address is None:
                self.bad("IPADDRESS", f"{text!r} is not an IPv4 or IPv6 address; host names belong into HOSTNAME")
        return tuple(address for _, address in found if address is not None)

    def password(self, outside: Callable[[], Secret | None]) -> Secret:
        assigned = self.env.assignments.get("KEYSTORE_PASSWORD")
        password = Secret(assigned.value) if assigned else outside()
        if password is None:
            password = Secret(PUBLISHED_PASSWORD)
        if why := password_problem(password):
            self.bad("KEYSTORE_PASSWORD", why)
        return password

    def directory(self) -> PurePosixPath:
        text = self.text("KEYSTORE_DIRECTORY") or VARIABLES_BY_NAME["KEYSTORE_DIRECTORY"].default
        path = PurePosixPath(text)
        if not path.is_absolute() or ".." in path.parts or len(path.parts) == 1:
            self.bad("KEYSTORE_DIRECTORY", f"{text!r} is not the whole path of a folder; begin it with /")
        return path

    def file_name(self, name: str) -> str:
        alias = self.text(name) or VARIABLES_BY_NAME[name].default
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._@#$-]{0,63}", alias) or alias.endswith((" ", ".")):
            self.bad(name, f"{alias!r} names files, so it holds 1 to 64 letters, digits, blanks and . _ - @ # $ only")
        elif alias.lower() in _TAKEN_ALIASES:
            self.bad(name, f"{alias!r} is a name that Zowe uses for something else")
        return alias

    def token_label(self, alias_variable: str) -> str:
        """It becomes an alias beside the Zowe certificate's and the authority's, which Java keeps in lower case."""
        label = self.text("PKCS11_TOKEN_LABEL")
        if label and not re.fullmatch(r"[A-Za-z0-9._@#$-]{1,32}", label):
            self.bad("PKCS11_TOKEN_LABEL", f"{label!r} is no label: 1 to 32 letters, digits and . _ - @ # $")
        if label and label.lower() in {"localca", self.text(alias_variable).lower()}:
            self.bad("PKCS11_TOKEN_LABEL", f"{label!r} is the alias of another certificate; choose another label")
        return label

    def external_certificate(self) -> tuple[str, str, tuple[str, ...]]:
        names = ("EXTERNAL_CERTIFICATE", "EXTERNAL_CERTIFICATE_ALIAS", "EXTERNAL_CERTIFICATE_AUTHORITIES")
        certificate, alias, authorities = (self.text(name) for name in names)
        empty = [name for name in names if not self.text(name)]
        if 0 < len(empty) < len(names):
            first = next(name for name in names if name not in empty)
            self.bad(
                first,
                f"is set, but {' and '.join(empty)} {'is' if len(empty) == 1 else 'are'} empty; give all three or none",
            )
        if self.text("ZOWE_CERTS_EXTERNAL_KEY") and not certificate:
            self.bad("ZOWE_CERTS_EXTERNAL_KEY", "is set, but EXTERNAL_CERTIFICATE is empty; name its certificate too")
        return certificate, alias, tuple(authorities.split())

    def components(self, common_name: str) -> tuple[str, ...]:
        """Each becomes an alias, a part of file names and the end of a common name."""
        name_of_list = "COMPONENT_LEVEL_CERTIFICATES"
        names = split_list(self.text(name_of_list))
        most = MOST_IN_COMMON_NAME - len(f"{common_name} - ")
        for number, name in enumerate(names):
            if len(name) > most and _COMPONENT.fullmatch(name):
                room = f"may have {most} characters" if most > 0 else "has no room in a name of 64 characters"
                self.bad(name_of_list, f"{name!r} is too long: after {common_name!r} it {room}")
            else:
                self._component(name_of_list, name, names[:number])
        return names

    def _component(self, name_of_list: str, name: str, earlier: Sequence[str]) -> None:
        label = self.text("PKCS11_TOKEN_LABEL").lower()
        taken = {*_TAKEN_ALIASES, *((label,) if label else ())}
        taken |= {self.text(alias).lower() for alias in ("KEYSTORE_ALIAS", "ZOWE_CERTIFICATE_LABEL")}
        if not _COMPONENT.fullmatch(name):
            self.bad(name_of_list, f"{name[:80]!r} is no component name: letters, digits, - and _ only")
        elif name.lower() in taken or name.lower().endswith("_signed"):
            self.bad(name_of_list, f"{name!r} is the name of another entry or file of the directory")
        elif name.lower() in (other.lower() for other in earlier):
            self.bad(name_of_list, f"names {name!r} twice, upper and lower case alike")

    def external_components(self, components: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
        """File and alias by component, spelt as COMPONENT_LEVEL_CERTIFICATES spells it where it does."""
        spelt = {name.lower(): name for name in components}
        files, aliases = (
            {spelt.get(name.lower(), name): value for name, value in self.pairs(variable).items()}
            for variable in ("EXTERNAL_COMPONENT_CERTIFICATES", "EXTERNAL_COMPONENT_CERTIFICATE_ALIASES")
        )
        for number, name in enumerate(files):
            if len(name) > MOST_IN_COMMON_NAME:
                self.bad("EXTERNAL_COMPONENT_CERTIFICATES", f"{name[:20]!r}… is too long for a component name")
            self._component("EXTERNAL_COMPONENT_CERTIFICATES", name, list(files)[:number])
        known = {name.lower(): name for name in files}
        for name in aliases:
            if name.lower() not in known:
                why = f"has an alias for {name[:80]!r}, for which EXTERNAL_COMPONENT_CERTIFICATES has no file"
                self.bad("EXTERNAL_COMPONENT_CERTIFICATE_ALIASES", why)
        return files, {known.get(name.lower(), name): value for name, value in aliases.items()}

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of ``choices``, upper and lower case alike."""
        value = self.text(name) or VARIABLES_BY_NAME[name].default
        found = next((choice for choice in choices if choice.lower() == value.lower()), None)
        if found is None:
            self.bad(name, f"{value!r} is none of {', '.join(choices)}")
        return found or choices[0]

    def number(self, name: str, least: int, most: int) -> int:
        value = self.text(name) or VARIABLES_BY_NAME[name].default
        number = int(value) if re.fullmatch(r"[0-9]{1,9}", value) else -1
        if not least <= number <= most:
            self.bad(name, f"{value!r} is no whole number from {least:,} to {most:,}")
        return number

    def name_part(self, name: str, most: int) -> str:
        """A part of a subject, at most as long as RFC 5280, appendix A.1, allows it."""
        value = self.text(name)
        if len(value) > most or not value.isprintable():
            self.bad(name, f"is no part of a subject: at most {most} printable characters")
        return value

    def misspelt(self) -> None:
        """Refuse a name with the kit's own prefix that the kit does not know."""
        own = [variable.name for variable in OWN_VARIABLES]
        for name in self.env.assignments:
            if name.startswith(OWN_PREFIX) and name not in own:
                import difflib

                near = difflib.get_close_matches(name, own, 1)
                self.bad(name, f"is no setting of this kit; did you mean {near[0]}?" if near else "is no setting")

    def pairs(self, name: str) -> dict[str, str]:
        pairs: dict[str, str] = {}
        for item in split_list(self.text(name)):
            component, colon, value = item.partition(":")
            if not (colon and component.strip() and value.strip()):
                self.bad(name, f"{item!r} is not component:value")
            if component.strip() in pairs:
                self.bad(name, f"names {component.strip()[:80]!r} twice")
            pairs[component.strip()] = value.strip()
        return pairs


def _place(found: Assignment | None, env: EnvFile) -> str:
    """The line, and the file too where several were read."""
    if found is None:
        return ""
    return f"line {found.line}: " if found.source == env.source else f"{found.source}: line {found.line}: "


def password_problem(password: Secret) -> str | None:
    """Why Java would not take this password for a store, or None where it would."""
    if not password:
        return f"is empty; give one of at least {_MIN_PASSWORD} characters"
    if len(password) < _MIN_PASSWORD:
        return f"is too short; Java wants at least {_MIN_PASSWORD} characters"
    if not (password.reveal().isascii() and password.reveal().isprintable()):
        return "holds other characters than printable ASCII, with which Java opens no store"
    return None
