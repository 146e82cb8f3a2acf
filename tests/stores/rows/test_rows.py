"""Every row of hostile and odd inputs that the kit has to stand has its tests, and every test here has its row.

The rows are those of a table of what Java 17 and other libraries do with such inputs, in its order and under short
names of our own. Where an older test is the row, it is named instead of written again.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HERE = "tests/stores/rows"
JAVA, PKCS12, NAMES, PASSWORDS, CERTIFICATES = (
    f"{HERE}/test_{part}_rows.py" for part in ("java", "pkcs12", "name", "password", "certificate")
)
PEERS, OPEN, JCEKS = (f"tests/stores/test_{part}.py" for part in ("pkcs12_peers", "open_store", "jceks"))
KEYTOOL = "tests/java/test_odd_stores.py"

Rows = dict[str, dict[str, tuple[str, ...]]]

ROWS: Rows = {
    "a count or a length of 2^31-1": {
        JAVA: (
            "test_2_to_the_31_entries_in_32_bytes_are_refused_at_once_with_the_offset",
            "test_a_length_of_2_to_the_31_is_refused_with_its_offset_and_in_little_memory",
        ),
    },
    "a count that Java takes as negative": {
        JAVA: ("test_a_count_that_is_negative_to_java_is_refused_with_its_offset",),
    },
    "a count that is too small or too large": {
        JAVA: ("test_too_small_a_count_is_an_integrity_failure_and_too_large_a_one_a_truncation",),
    },
    "bytes after the end": {
        JAVA: ("test_bytes_after_the_digest_are_noted",),
        JCEKS: ("test_bytes_after_a_store_are_noted",),
        PEERS: ("test_bytes_after_a_store_are_passed_over_as_java_does_and_noted",),
    },
    "version 1": {JAVA: ("test_version_1_is_read",)},
    "unknown tags and versions, cut files, no store at all": {
        JAVA: (
            "test_an_unknown_tag_is_damage_and_an_unknown_version_of_no_known_format",
            "test_a_store_cut_anywhere_is_damaged_or_of_no_known_format_and_never_a_wrong_password",
            "test_an_empty_file_and_a_text_are_no_keystore",
        ),
        PKCS12: ("test_a_store_cut_anywhere_is_damaged_or_of_no_known_format",),
        JCEKS: (
            "test_a_store_that_is_cut_anywhere_is_damaged_and_not_a_wrong_password",
            "test_another_password_does_not_open_it",
        ),
        OPEN: ("test_where_no_password_opens_it_the_error_names_the_file_and_no_password",),
    },
    "a private key without a certificate": {
        JAVA: ("test_a_private_key_with_an_empty_chain_is_listed_and_noted",),
        PKCS12: ("test_a_key_of_no_certificate_is_listed_and_noted",),
        KEYTOOL: ("test_java_shows_a_key_without_any_certificate_and_not_as_a_private_key",),
    },
    "aliases that are equal or differ in case": {
        JAVA: ("test_equal_aliases_and_aliases_that_differ_in_case_are_all_shown_and_noted",),
        PEERS: ("test_aliases_that_java_takes_for_one_are_all_listed_and_noted",),
        PKCS12: ("test_an_entry_has_the_alias_that_java_gives_it_in_the_order_of_the_file",),
        KEYTOOL: ("test_java_gives_the_entries_of_a_store_the_aliases_that_we_say",),
    },
    "hostile aliases": {
        NAMES: (
            "test_any_alias_is_accepted_as_it_was_written",
            "test_an_alias_is_escaped_in_the_text_of_inspect_and_exact_in_its_json",
            "test_an_alias_is_escaped_in_the_page_of_the_notebook",
            "test_an_error_shows_of_an_alias_a_short_part_and_escaped",
        ),
    },
    "an alias of an odd number of bytes": {
        NAMES: ("test_an_alias_of_half_a_letter_has_a_replacement_and_a_note",),
    },
    "one bad certificate": {
        JAVA: ("test_a_bad_certificate_is_named_and_the_others_are_shown",),
        PKCS12: (
            "test_a_bad_certificate_is_named_and_the_others_are_shown",
            "test_a_key_whose_certificate_is_damaged_is_not_said_to_have_none",
        ),
        KEYTOOL: ("test_java_refuses_the_store_that_a_note_says_it_refuses",),
    },
    "odd serial numbers, strings and dates": {
        CERTIFICATES: (
            "test_an_odd_field_is_read_and_noted",
            "test_no_moment_is_beyond_what_a_page_can_count_to",
        ),
    },
    "circles of issuers and long chains": {
        CERTIFICATES: (
            "test_a_circle_of_issuers_ends_and_the_graph_shows_it",
            "test_a_keys_chain_goes_round_a_circle_once",
            "test_a_chain_of_61_with_repeats_ends",
        ),
    },
    "without integrity or without encryption": {
        PKCS12: (
            "test_a_store_without_integrity_and_encryption_opens_with_any_password_and_says_so",
            "test_a_store_without_integrity_whose_contents_are_encrypted_opens_with_its_own_password",
        ),
    },
    "rounds of the integrity check": {
        PKCS12: (
            "test_integrity_of_no_or_of_negative_rounds_is_damage",
            "test_integrity_of_over_five_million_rounds_is_refused_before_any_is_done",
            "test_integrity_of_one_round_is_read_and_fewer_than_a_thousand_are_noted",
        ),
    },
    "rounds of a key": {PKCS12: ("test_a_key_of_2_to_the_31_rounds_is_listed_and_refused_when_asked_for",)},
    "a key with a password of its own": {
        PKCS12: ("test_with_another_password_for_the_key_certificates_are_listed_and_the_key_asks_for_its_own",),
    },
    "several keys and their ids": {
        PKCS12: (
            "test_several_keys_are_each_paired_with_the_certificate_of_their_public_key",
            "test_a_key_whose_id_no_certificate_has_is_paired_by_its_public_key",
            "test_a_second_key_without_a_local_key_id_is_noted_as_not_seen_by_java",
        ),
    },
    "a key in clear": {
        PEERS: ("test_an_unencrypted_key_is_read_and_java_does_not_see_it",),
        KEYTOOL: ("test_java_does_not_show_what_the_notes_say_that_it_does_not_show",),
    },
    "a key's certificate with the mark of trust": {
        PKCS12: ("test_a_keys_certificate_with_the_mark_of_trust_is_noted_as_leaving_the_key_without_a_chain_in_java",),
        KEYTOOL: ("test_java_has_no_chain_for_a_key_whose_certificate_has_the_mark_of_trust",),
    },
    "BER": {
        PEERS: ("test_a_store_in_ber_is_read_as_the_same_in_der",),
        PKCS12: ("test_strings_in_pieces_of_pieces_are_read_as_the_same_whole",),
    },
    "4,000 levels": {PKCS12: ("test_four_thousand_indefinite_lengths_in_each_other_are_an_error_and_no_crash",)},
    "legacy schemes": {
        PKCS12: (
            "test_a_store_under_a_legacy_scheme_is_read_and_its_scheme_named",
            "test_legacy_schemes_are_read_without_openssls_legacy_provider",
        ),
    },
    "PBES2 with more or less in it": {
        PKCS12: (
            "test_pbes2_is_read_with_its_length_and_its_digest_written_or_left_out",
            "test_a_cipher_that_is_named_without_pbes2_around_it_is_told_by_its_number",
        ),
    },
    "PBMAC1": {
        PASSWORDS: (
            "test_pbmac1_is_verified_and_named",
            "test_pbmac1_of_few_rounds_is_noted",
            "test_pbmac1_that_is_not_right_is_refused",
            "test_pbmac1_with_a_key_of_one_byte_opens_under_no_password_of_256",
        ),
    },
    "passwords that are empty, none, or beyond ASCII": {
        PASSWORDS: (
            "test_an_empty_password_opens_a_store_made_with_an_empty_one_or_with_none",
            "test_a_password_beyond_ascii_opens_a_store_and_its_key_and_is_noted_and_not_shown",
        ),
    },
    "keys of algorithms that are not read": {
        CERTIFICATES: (
            "test_a_key_of_an_algorithm_that_is_not_read_is_listed_and_its_number_named",
            "test_a_lattice_key_is_listed_and_read_or_its_number_named",
            "test_a_key_of_a_curve_that_is_read_opens",
            "test_a_key_of_a_curve_in_another_size_is_damage_with_the_number_named",
            "test_a_key_of_an_unread_kind_that_is_in_doubt_is_listed_with_its_number_in_its_own_notes",
        ),
        JAVA: ("test_a_key_under_a_protection_of_no_known_kind_is_listed_and_its_algorithm_named",),
    },
    "sealed objects of an unknown class": {
        JAVA: ("test_a_sealed_object_of_an_unknown_class_is_passed_over_with_a_note",),
        KEYTOOL: ("test_java_refuses_the_store_that_a_note_says_it_refuses",),
    },
    "verdicts on paths of certificates": {},
}

# What of the rows has no test here, by the name of its row, and why.
NOT_MADE = {
    "hostile aliases": "CSV and SARIF are not written yet",
    "circles of issuers and long chains": "Bouncy Castle's own test file; circles of two and of three stand for it",
    "PBES2 with more or less in it": "the two files of NSS's own tests; stores of the same shape stand for them",
    "verdicts on paths of certificates": "a verdict on trust: nothing judges paths yet",
}


def names_in(path: str) -> set[str]:
    """The tests of a module, as ``path::name``."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = (node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    return {f"{path}::{name}" for name in found if name.startswith("test_")}


def named_by(rows: Rows) -> set[str]:
    return {f"{path}::{name}" for tests in rows.values() for path, names in tests.items() for name in names}


def not_there(rows: Rows) -> set[str]:
    """Tests that a row names and no module has."""
    return named_by(rows) - set().union(*(names_in(path) for tests in rows.values() for path in tests))


def of_no_row(rows: Rows) -> set[str]:
    """Tests in a module of rows that no row names."""
    modules = sorted(Path(__file__).parent.glob("test_*_rows.py"))
    return set().union(*(names_in(f"{HERE}/{path.name}") for path in modules)) - named_by(rows)


def test_each_of_the_29_rows_has_tests_or_says_why_not() -> None:
    assert len(ROWS) == 29
    assert [row for row, tests in ROWS.items() if not tests] == ["verdicts on paths of certificates"]
    assert set(NOT_MADE) <= set(ROWS)


def test_every_test_that_a_row_names_is_there_and_every_test_beside_this_list_is_of_a_row() -> None:
    assert not_there(ROWS) == set()
    assert of_no_row(ROWS) == set()


def test_a_row_of_a_test_that_is_gone_and_a_test_without_a_row_are_seen() -> None:
    gone: Rows = {**ROWS, "version 1": {JAVA: ("test_that_is_gone",)}}
    assert not_there(gone) == {f"{JAVA}::test_that_is_gone"}
    assert of_no_row(gone) == {f"{JAVA}::test_version_1_is_read"}
