"""Text and HTML descriptions of the steps that led to a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from ...runtime.i18n import tr
from ...runtime.retranslation import retranslated
from ...tables.columns import NAME
from ...text.vocabulary import shown
from .record import InputRecord, StepRecord

# Returns the title of a parameter, or of the algorithm if the parameter is "".
Titles = Callable[[str, str], str]
# Returns a value of a parameter of an algorithm, with labels instead of the ids by which choices are recorded.
Labels = Callable[[str, str, object], object]
ARROW = " → "
_SHORT_CHECKSUM = 12
# Parameters that determine what a map shows; they are named even at their default.
_TELLING = ("INDEX", "CLASSES", "MERGE")


def as_recorded(_algorithm: str, _parameter: str, value: object) -> object:
    """``value`` itself, where no labels are known."""
    return value


def arrow_line(steps: Sequence[StepRecord], labels: Labels = as_recorded) -> str:
    """The chain in one line: the initial files and the choices of each step."""
    seen: set[str] = set()
    parts = []
    for step in steps:
        files = [each.name for each in step.inputs if not each.step and each.name and each.name not in seen]
        seen.update(files)
        telling = [(name, value) for name, value in step.defaults.items() if name in _TELLING]
        chosen = [
            _as_stated(labels(step.algorithm, name, value)) for name, value in (*step.parameters.items(), *telling)
        ]
        parts += [", ".join(part) for part in (files, chosen) if part]
    return ARROW.join(parts)


def step_sentence(step: StepRecord, titles: Titles, labels: Labels = as_recorded) -> str:
    """A sentence on one step: algorithm, inputs and parameters."""
    stated = [
        tr("{parameter}: {value}").format(parameter=titles(step.algorithm, each.parameter), value=_where_from(each))
        for each in step.inputs
    ]
    chosen, defaults = (
        [(titles(step.algorithm, name), _as_stated(labels(step.algorithm, name, value))) for name, value in of.items()]
        for of in (step.parameters, step.defaults)
    )
    stated += [tr("{parameter}: {value}").format(parameter=title, value=value) for title, value in chosen]
    if defaults:
        values = ", ".join(f"{title} {value}" for title, value in defaults)
        stated.append(tr("by default: {values}").format(values=values))
    name = titles(step.algorithm, "") or step.title
    return tr("{step} ({values})").format(step=name, values=tr("; ").join(stated)) if stated else name


def inputs_read(steps: Sequence[StepRecord]) -> list[InputRecord]:
    """The inputs that are not outputs of a step, without duplicates."""
    found: dict[tuple[str, str, str], InputRecord] = {}
    for step in steps:
        for each in step.inputs:
            if not each.step:
                found.setdefault((each.name, each.layer, each.sha256), each)
    return list(found.values())


def chain_html(steps: Sequence[StepRecord], titles: Titles, labels: Labels = as_recorded) -> str:
    """The report section on the provenance of the zones; "" without steps."""
    if not steps:
        return ""
    parts = [f"<h3>{escape(tr('Steps'))}</h3>", f"<p>{escape(arrow_line(steps, labels))}</p>"]
    items = "".join(f"<li>{escape(step_sentence(step, titles, labels))}{_class_values(step)}</li>" for step in steps)
    parts.append(f'<ol class="said">{items}</ol>')
    read = inputs_read(steps)
    if read:
        head = "".join(f"<th>{escape(each)}</th>" for each in (tr("Input"), tr("Bytes"), "SHA-256"))
        rows = "".join(
            f"<tr><td>{escape(each.name)}</td><td>{each.size_bytes or ''}</td>"
            f"<td>{escape(each.sha256[:_SHORT_CHECKSUM])}</td></tr>"
            for each in read
        )
        parts.append(f"<table class=plain><tr>{head}</tr>{rows}</table>")
    return "".join(parts)


def warnings_of(steps: Sequence[StepRecord], titles: Titles) -> list[str]:
    """The warnings of all steps without duplicates, each after the name of its step, in the user's language.

    A warning that was logged in another language and cannot be translated is followed by a note.
    """
    found: dict[str, str] = {}
    for step in steps:
        for sentence in step.warnings:
            known = retranslated(sentence)
            said = tr("{warning} (logged in another language)").format(warning=sentence) if known is None else known
            found.setdefault(said, titles(step.algorithm, "") or step.title)
    return [tr("{step}: {warning}").format(step=step, warning=sentence) for sentence, step in found.items()]


def _class_values(step: StepRecord) -> str:
    """The class densities or coefficients used by a step."""
    if not step.class_values:
        return ""
    rows = "".join(
        f"<tr><td>{escape(_class_name(name))}</td><td>{value:g}</td></tr>" for name, value in step.class_values.items()
    )
    head = f"<tr><th>{escape(tr('Class'))}</th><th>{escape(retranslated(step.class_unit) or step.class_unit)}</th></tr>"
    return f"<table class=plain>{head}{rows}</table>"


def _class_name(recorded: str) -> str:
    """A code and the name of its class in the user's language, if it is one that the plugin knows."""
    code, _, name = recorded.partition(" ")
    return f"{code} {shown(NAME, name)}" if name else recorded


def _where_from(each: InputRecord) -> str:
    name = each.name + (f" | {each.layer}" if each.layer and each.layer != each.name.partition(".")[0] else "")
    return tr("the output of an earlier step") if each.step else name


def _as_stated(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_as_stated, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
