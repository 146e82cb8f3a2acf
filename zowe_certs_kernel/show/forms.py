"""The form of a notebook's parameters: plain controls that write into the parameters object.

The one module that imports ipywidgets, and only where somebody can use the controls. No
control is a password box: its text would be saved with the notebook (ipywidgets issue
1793). A control does no work; the cells below it read the object.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..errors import UsageError

if TYPE_CHECKING:
    from ..parameter_values import Parameter
    from ..parameters import Parameters
    from .page import Page

__all__ = ["Choice", "ParameterTable", "chooser", "form"]

_WIDE = {"width": "46em", "max_width": "100%"}
_LABEL = {"description_width": "12em"}


def form(parameters: Parameters) -> object:
    """Controls in a live notebook, a table of the values anywhere else."""
    if parameters.interactive and _in_kernel():
        return _controls(parameters)
    return ParameterTable(parameters)


@dataclass(frozen=True)
class ParameterTable:
    """The values a notebook runs with, for people: a table in HTML, lines as text."""

    parameters: Parameters

    def rows(self) -> list[tuple[str, str, str]]:
        """Name, value and help. A value is text, and never a password."""
        return [
            (known.name, known.text(getattr(self.parameters, known.name)) or "(empty)", known.help)
            for known in self.parameters.listing()
        ]

    def __repr__(self) -> str:
        width = max(len(name) for name, _, _ in self.rows())
        return "\n".join(f"{name:<{width}}  {value}" for name, value, _ in self.rows())

    def _repr_html_(self) -> str:
        body = "".join(
            f'<tr><th scope="row">{html.escape(name)}</th><td><code>{html.escape(value)}</code></td>'
            f"<td>{html.escape(text)}</td></tr>"
            for name, value, text in self.rows()
        )
        head = "".join(f'<th scope="col">{title}</th>' for title in ("Parameter", "Value", "What it is"))
        return f"<table><caption>Parameters</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True)
class Choice:
    """Something to choose by: one of ``options`` (label and value), several of them, or one along a slider."""

    name: str
    help: str
    options: Sequence[tuple[str, Any]]
    kind: Literal["one", "several", "slider"] = "one"

    @property
    def default(self) -> Any:
        """The first option; of several none, which stands for all."""
        return () if self.kind == "several" else self.options[0][1]


def chooser(choices: Sequence[Choice], show: Callable[[Mapping[str, Any]], Page[Any]]) -> object:
    """Controls with what ``show`` makes of their values below them; anywhere else that of their defaults."""
    values = {choice.name: choice.default for choice in choices}
    if not _in_kernel():
        return show(values)
    import ipywidgets as widgets

    shown = widgets.HTML(show(values)._repr_html_())

    def redraw(name: str, value: Any) -> None:
        values[name] = value
        shown.value = show(values)._repr_html_()

    def control(choice: Choice) -> Any:
        made = _chooser_control(choice)
        made.observe(lambda change: redraw(choice.name, change["new"]), names="value")
        return widgets.VBox([made, widgets.HTML(f"<small>{html.escape(choice.help)}</small>")])

    return widgets.VBox([*map(control, choices), shown])


def _chooser_control(choice: Choice) -> Any:
    import ipywidgets as widgets

    common = {
        "options": list(choice.options),
        "description": choice.name,
        "tooltip": choice.help,
        "style": _LABEL,
        "layout": _WIDE,
    }
    if choice.kind == "several":
        return widgets.SelectMultiple(rows=min(6, len(choice.options)), **common)
    if choice.kind == "slider" and len(choice.options) > 1:
        return widgets.SelectionSlider(continuous_update=False, **common)
    return widgets.Dropdown(**common)


def _controls(parameters: Parameters) -> Any:
    import ipywidgets as widgets

    notice, command = widgets.HTML(), widgets.HTML()

    def say(problem: str) -> None:
        notice.value = f"<p role='alert'>{html.escape(problem)}</p>" if problem else ""
        line = html.escape(parameters.command())
        command.value = f"<p>The same without a notebook:</p><pre><code>{line}</code></pre>"

    say("")
    rows = [
        _row(known, parameters, say)
        for known in parameters.listing()
        if known.name != "interactive"  # its box could only take the form away
    ]
    return widgets.VBox([*rows, notice, command])


def _row(known: Parameter, parameters: Parameters, say: Callable[[str], None]) -> Any:
    import ipywidgets as widgets

    control = _control(known, getattr(parameters, known.name))

    def take(change: Any) -> None:
        problem = ""
        try:
            setattr(parameters, known.name, known.convert(change["new"]))
        except UsageError as refused:
            # The last good value comes back: if a password was typed where its reference
            # belongs, that takes it out of the page.
            problem = str(refused)
            control.value = _in_control(known, getattr(parameters, known.name))
        say(problem)

    control.observe(take, names="value")
    return widgets.VBox([control, widgets.HTML(f"<small>{html.escape(known.help)}</small>")])


def _control(known: Parameter, value: Any) -> Any:
    import ipywidgets as widgets

    common = {
        "value": _in_control(known, value),
        "description": known.name,
        "tooltip": known.help,
        "style": _LABEL,
        "layout": _WIDE,
    }
    if known.choices:
        return widgets.Dropdown(options=[(known.text(one) or "(empty)", one) for one in known.choices], **common)
    if known.type == "bool":
        return widgets.Checkbox(**common)
    if known.type == "int":
        return widgets.IntText(continuous_update=False, **common)
    if known.is_pasted:
        return widgets.Textarea(continuous_update=False, rows=6, **common)
    # Text is taken when the box is left, not at each key: half a reference is no reference.
    return widgets.Text(continuous_update=False, **common)


def _in_control(known: Parameter, value: Any) -> Any:
    return ", ".join(value) if known.type == "list[str]" else value


def _in_kernel() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None
