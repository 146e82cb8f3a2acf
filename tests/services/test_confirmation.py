"""Nothing is trusted that nobody has confirmed, by its whole fingerprint."""

from __future__ import annotations

import pytest

from tests.services import parties
from tests.services.servers import facts
from zowe_certs_kernel.errors import UsageError
from zowe_certs_kernel.services.confirmation import confirmed, fingerprint
from zowe_certs_kernel.services.presented import ServiceAnchor

ROOT = ServiceAnchor("root", facts(parties.ROOT), "")
OTHER = ServiceAnchor("other", facts(parties.OTHER_ROOT), "")
RIGHT, WRONG = (one.facts.sha256 or "" for one in (ROOT, OTHER))


@pytest.mark.parametrize("text", [RIGHT, RIGHT.upper(), fingerprint(RIGHT), f" {RIGHT[:32]} {RIGHT[32:]}"])
def test_the_right_fingerprint_in_any_dress_confirms(text: str) -> None:
    confirmed([ROOT], [text])


def test_without_one_subject_fingerprint_and_option_are_told() -> None:
    with pytest.raises(UsageError) as caught:
        confirmed([ROOT, OTHER], [RIGHT])
    assert "CN=Other Root,O=Example with SHA-256 " + fingerprint(WRONG) in str(caught.value)
    assert str(caught.value).endswith(f"add --confirm {WRONG} (in a notebook confirm)")


def test_a_wrong_one_is_told_with_the_one_that_is_shown() -> None:
    with pytest.raises(UsageError) as caught:
        confirmed([ROOT], [WRONG])
    assert fingerprint(WRONG) in str(caught.value)
    assert fingerprint(RIGHT) in str(caught.value)


@pytest.mark.parametrize("text", ["", RIGHT[:16], RIGHT[:-1] + "g", RIGHT + "00", "yes"])
def test_less_than_a_whole_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="64 hexadecimal digits"):
        confirmed([ROOT], [text])


def test_what_is_trusted_already_may_be_confirmed_again_but_stands_for_nothing_else() -> None:
    confirmed([ROOT], [RIGHT, WRONG], known=[WRONG])
    with pytest.raises(UsageError, match="nobody has confirmed"):
        confirmed([ROOT], [WRONG], known=[WRONG])


def test_nothing_to_add_needs_no_confirmation() -> None:
    confirmed([], [])
