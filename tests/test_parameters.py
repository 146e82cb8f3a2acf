"""What a notebook takes is said once, in its dataclass, and everything else is held to it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from zowe_certs_kernel.errors import UsageError
from zowe_certs_kernel.parameter_values import declared, moment_of
from zowe_certs_kernel.parameters import NOTEBOOKS, Parameters, SetupParameters, checked, parameter
from zowe_certs_kernel.show import forms

LITERAL = "Hunter2Hunter2"
EVERY = pytest.mark.parametrize("kind", NOTEBOOKS.values(), ids=lambda kind: kind.notebook)


@dataclass(kw_only=True)
class Made(Parameters):
    """One parameter of each type, for the rules that no notebook needs yet."""

    notebook = "99_made_up"
    fail_on: str = parameter("error", "How strict", choices=("error", "warning", "never"))
    warn_days: int = parameter(60, "How early")
    host_names: list[str] = parameter([], "Which names")


def refused(kind: type[Parameters], **namespace: object) -> str:
    with pytest.raises(UsageError) as refusal:
        kind.take(namespace)
    return str(refusal.value)


# The dataclasses


def test_notebooks_are_listed_by_their_names() -> None:
    assert list(NOTEBOOKS) == sorted(NOTEBOOKS)
    assert all(name == kind.notebook for name, kind in NOTEBOOKS.items())


@EVERY
def test_every_notebook_says_what_it_is_for_reads_and_writes(kind: type[Parameters]) -> None:
    assert all((kind.title, kind.purpose, kind.reads, kind.writes))


@EVERY
def test_every_notebook_has_the_three_that_callers_rely_on_at_the_end(kind: type[Parameters]) -> None:
    assert [known.name for known in kind.listing()][-3:] == ["password_from", "out_dir", "interactive"]


@EVERY
def test_nothing_in_a_cell_makes_papermill_stumble(kind: type[Parameters]) -> None:
    """papermill drops defaults with an equals sign and cuts at a hash (papermill issue 864)."""
    for known in kind.listing():
        assert not set("=#") & set(f"{known.help}{known.text(known.default)}")
        assert known.type in ("str", "int", "bool", "list[str]")


@EVERY
def test_papermill_reads_a_cell_as_it_is_meant(kind: type[Parameters]) -> None:
    from papermill.translators import PythonTranslator

    seen = PythonTranslator.inspect({"source": kind.cell()})
    assert [(one.name, one.inferred_type_name, one.default, one.help) for one in seen] == [
        (known.name, known.type, known.literal(), known.help) for known in kind.listing()
    ]


@EVERY
def test_a_cell_is_python_that_gives_the_defaults(kind: type[Parameters]) -> None:
    assert max(map(len, kind.cell().splitlines())) <= 120
    assert {known.name: known.default for known in declared(kind.cell())} == kind().as_dict()


@EVERY
def test_the_help_names_every_parameter_with_type_default_and_text(kind: type[Parameters]) -> None:
    for known in kind.listing():
        assert f"{known.name}: {known.type}, default {known.literal()}\n    {known.help}" in kind.help()


def test_the_help_names_the_choices() -> None:
    assert "one of error, warning, never" in Made.help()


def test_a_list_is_not_shared_between_objects() -> None:
    Made().host_names.append("zos.example.com")
    assert Made().host_names == []


# Values


@pytest.mark.parametrize(
    ("name", "given", "taken"),
    [
        ("interactive", "false", False),  # what papermill makes of: -p interactive false
        ("interactive", "True", True),
        ("interactive", False, False),
        ("warn_days", "30", 30),
        ("warn_days", 30, 30),
        ("host_names", "a.example.com, b.example.com", ["a.example.com", "b.example.com"]),
        ("host_names", ["a"], ["a"]),
        ("fail_on", "never", "never"),
        ("password_from", "file:/some where/ü", "file:/some where/ü"),
    ],
)
def test_a_value_gets_the_type_of_its_parameter(name: str, given: object, taken: object) -> None:
    value = getattr(Made.take({name: given}), name)
    assert value == taken
    assert type(value) is type(taken)


def test_what_a_notebook_does_not_name_keeps_its_default() -> None:
    assert SetupParameters.take({"something": "else"}) == SetupParameters()


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"interactive": "maybe"}, "interactive must be true or false, not 'maybe'"),
        ({"warn_days": True}, "warn_days must be a whole number, not True"),
        ({"warn_days": "soon"}, "warn_days must be a whole number, not 'soon'"),
        ({"host_names": [1]}, "host_names must be a list of texts (a,b,c on the command line), not [1]"),
        ({"fail_on": "info"}, "fail_on must be one of error, warning, never, not 'info'"),
        ({"out_dir": None}, "out_dir must be text, not None"),
        ({"out_dir": "x\u202ey", "warn_days": "a\u202eb"}, "not 'a\\u202eb'"),
    ],
)
def test_a_value_of_another_type_is_refused(values: Mapping[str, object], problem: str) -> None:
    assert problem in refused(Made, **values)


def test_a_release_that_was_read_as_a_number_is_refused_for_the_zero_it_lost() -> None:
    assert "quote it in YAML, and give it to papermill by -r" in refused(SetupParameters, release=1.20)


def test_every_bad_value_is_named_at_once() -> None:
    told = refused(Made, interactive="maybe", warn_days="soon", password_from=LITERAL)
    assert told.startswith("99_made_up: ")
    assert all(name in told for name in ("interactive", "warn_days", "password_from"))


@pytest.mark.parametrize("literal", [LITERAL, "", "env:", "file:", "prompt:me", f"pass:{LITERAL}", 12345678])
def test_a_literal_password_is_refused_and_not_echoed(literal: object) -> None:
    told = refused(SetupParameters, password_from=literal)
    assert "env:NAME, file:PATH or prompt:" in told
    assert LITERAL not in told
    assert "12345678" not in told


def test_nobody_is_asked_where_nobody_can_answer() -> None:
    assert SetupParameters.take({"password_from": "prompt:"}).password_from == "prompt:"
    for name in ("password_from", "ca_password_from"):
        told = refused(SetupParameters, **{name: "prompt:", "interactive": False})
        assert f"{name} cannot be prompt:" in told
        assert "nobody can answer" in told


def test_the_authoritys_password_too_is_only_ever_a_reference() -> None:
    assert SetupParameters.take({}).ca_password_from == ""
    assert SetupParameters.take({"ca_password_from": "env:CA"}).ca_password_from == "env:CA"
    told = refused(SetupParameters, ca_password_from=LITERAL)
    assert told.startswith("10_setup_certificates: ca_password_from takes the place where the password is")
    assert LITERAL not in told
    shown = SetupParameters(ca_password_from=LITERAL)
    assert LITERAL not in f"{forms.ParameterTable(shown)!r}{shown.command()}"


def test_an_unknown_name_is_refused_with_the_nearest_and_all_that_exist() -> None:
    with pytest.raises(UsageError, match=r"no parameter 'setings' \(did you mean settings\?\)") as refusal:
        checked("10_setup_certificates", {"setings": LITERAL})
    assert "keystore_directory" in str(refusal.value)
    assert LITERAL not in str(refusal.value)


def test_an_unknown_notebook_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 10_setup_certificates"):
        checked("10_setup_certificate", {})


def test_checked_values_are_typed_and_only_those_given() -> None:
    assert checked("10_setup_certificates", {"replace": "true"}) == {"replace": True}


def test_a_parameter_of_somebodys_own_notebook_is_what_its_cell_assigns() -> None:
    cell = "# mine\na: int = 3  # three\nb = 'x'\nc = made_somehow()\nd: list[str] = []\nprint(a)\n"
    assert [(known.name, known.type, known.default) for known in declared(cell)] == [
        ("a", "int", 3),
        ("b", "str", "x"),
        ("d", "list[str]", []),
    ]
    assert declared("%matplotlib inline") == ()


# Shown to people


def test_the_command_says_what_differs_from_the_defaults() -> None:
    assert SetupParameters().command() == "zowe-certs run 10_setup_certificates"
    some = SetupParameters(settings="my zowe.env", replace=True, out_dir="there", interactive=False)
    expected = "zowe-certs run 10_setup_certificates --set 'settings=my zowe.env' --set replace=true --out there"
    assert some.command().replace('"', "'") == expected.replace('"', "'")


def test_where_nobody_can_use_a_form_the_values_stand_in_a_table() -> None:
    page = SetupParameters(settings="<b>.env", interactive=True).form()
    assert isinstance(page, forms.ParameterTable)
    markup = page._repr_html_()
    assert '<th scope="row">settings</th><td><code>&lt;b&gt;.env</code></td>' in markup
    assert "<caption>Parameters</caption>" in markup
    assert "replace                 false" in repr(page)


def test_a_table_never_shows_a_password() -> None:
    page = forms.ParameterTable(SetupParameters(password_from=LITERAL))
    assert LITERAL not in f"{page!r}{page._repr_html_()}{SetupParameters(password_from=LITERAL).command()}"


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_in_kernel", lambda: True)


def controls(box: Any) -> dict[str, Any]:
    return {row.children[0].description: row.children[0] for row in box.children[:-2]}


def test_the_form_writes_into_the_parameters_and_the_command_follows(live: None) -> None:
    values = Made()
    box: Any = values.form()
    form = controls(box)
    form["warn_days"].value = 30
    form["fail_on"].value = "never"
    form["host_names"].value = "a.example.com,<b>"
    assert (values.warn_days, values.fail_on, values.host_names) == (30, "never", ["a.example.com", "<b>"])
    assert "--set warn_days=30" in box.children[-1].value
    assert "&lt;b&gt;" in box.children[-1].value


def test_the_form_has_a_label_and_a_help_text_for_every_control_and_no_password_box(live: None) -> None:
    box: Any = SetupParameters().form()
    for row, known in zip(box.children[:-2], SetupParameters.listing(), strict=False):
        control, text = row.children
        assert (control.description, control.tooltip) == (known.name, known.help)
        assert type(control).__name__ != "Password"
        assert ast.literal_eval(repr(known.help)).split(";")[0].split("'")[0] in text.value
    assert "interactive" not in controls(box)


def test_a_password_typed_into_the_form_is_taken_out_again(live: None) -> None:
    values = SetupParameters()
    box: Any = values.form()
    form = controls(box)
    form["password_from"].value = LITERAL
    assert form["password_from"].value == values.password_from == "env:ZOWE_KEYSTORE_PASSWORD"
    assert "never the password" in box.children[-2].value
    assert LITERAL not in box.children[-2].value + box.children[-1].value
    form["password_from"].value = "env:OTHER"
    assert values.password_from == "env:OTHER"
    assert box.children[-2].value == ""


def test_without_interactive_there_is_no_form_even_in_a_live_notebook(live: None) -> None:
    assert isinstance(SetupParameters(interactive=False).form(), forms.ParameterTable)


def test_values_are_looked_at_again_after_the_form() -> None:
    values = SetupParameters()
    values.check()
    values.password_from = LITERAL
    with pytest.raises(UsageError) as refusal:
        values.check()
    assert LITERAL not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-06-30", "2027-06-30T00:00:00+00:00"),
        ("2027-06-30T12:30:00Z", "2027-06-30T12:30:00+00:00"),
        ("2027-06-30T12:30:00+02:00", "2027-06-30T10:30:00+00:00"),
        ("2027-06-30T12:30", "2027-06-30T12:30:00+00:00"),
    ],
)
def test_a_moment_is_a_day_or_a_time_and_utc_where_nothing_else_is_said(text: str, moment: str) -> None:
    assert moment_of(text, "at").isoformat() == moment


@pytest.mark.parametrize("text", ["tomorrow", "30.06.2027", "2027-13-01", "0001-01-01T00:00:00+14:00", "20"])
def test_what_is_no_moment_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--at must be a day such as 2027-06-30 or a time such as"):
        moment_of(text, "--at")
