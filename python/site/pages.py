"""What the site has beyond docs/*.md: README, CONTRIBUTING and CHANGELOG, references made from the
code (the command's own words), notebooks, and the sources that pages point to."""

from __future__ import annotations

import json
import os
import posixpath
import re
import subprocess
from html import unescape
from pathlib import Path

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
COMMAND = os.environ.get("TAVOLO_COMMAND", str(ROOT / "build/release/tavolo"))
OF_ROOT = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md",
           "CHANGELOG.md": "changelog.md"}  # fmt: skip
CSS = """.md-grid { max-width: 80rem; }
.md-typeset td code { white-space: nowrap; word-break: normal; }
.md-typeset table:not([class]) { font-size: .6rem; }
math[display=block] { overflow-x: auto; overflow-y: hidden; padding: .4em 0; }
"""
LINK = re.compile(r"(\]\()([^)\s]+)(\))")


def on_files(files: Files, config) -> Files:
    made = {page: (ROOT / source).read_text() for source, page in OF_ROOT.items()}
    made |= references()
    made["notebooks.md"], notebooks = all_notebooks()
    made |= notebooks
    files.append(File.generated(config, "source/site.css", content=CSS))
    worker = (ROOT / "python/site/worker.js").read_text()
    files.append(File.generated(config, "source/worker.js", content=worker))
    made["reference/python.md"] = python_reference()
    for page, text in made.items():
        files.append(File.generated(config, page, content=text))
    sources: set[str] = set()
    for file in list(files):
        if not file.src_uri.endswith(".md"):
            continue
        text = made.get(file.src_uri) or file.content_string
        for target in LINK.findall(text):
            if source := source_of(file.src_uri, target[1]):
                sources.add(source)
    for source in sorted(sources):
        files.append(File.generated(config, source_page(source), content=source_text(source)))
    return files


def on_page_markdown(markdown: str, page, config, files: Files) -> str:
    """Links into the repository lead to the site's own pages."""
    here = page.file.src_uri

    def turned(match: re.Match[str]) -> str:
        before, target, after = match.groups()
        if source := source_of(here, target):
            target = posixpath.relpath(source_page(source), posixpath.dirname(here) or ".")
        elif here in OF_ROOT.values() and not re.match(r"[a-z]+:|#", target):
            path, _, anchor = target.partition("#")
            path = OF_ROOT.get(path, path.removeprefix("docs/"))
            target = path + (f"#{anchor}" if anchor else "")
        elif OF_ROOT.get(target.removeprefix("../")):
            target = OF_ROOT[target.removeprefix("../")]
        return before + target + after

    markdown = re.sub(r"^```math\n(.*?)^```", r"$$\n\1$$", markdown, flags=re.M | re.S)
    parts = re.split(r"(^```.*?^```)", markdown, flags=re.M | re.S)  # code is no link
    return "".join(p if p.startswith("```") else LINK.sub(turned, p) for p in parts)


def on_page_content(html: str, page, config, files: Files) -> str:
    """Formulas become MathML, which browsers draw without help from a network."""
    from latex2mathml.converter import convert

    def drawn(match: re.Match[str]) -> str:
        text = unescape(match.group(2)).strip()
        return convert(text[2:-2].strip(), display="block" if match.group(1) == "div" else "inline")

    return re.sub(r'<(span|div) class="arithmatex">(.*?)</\1>', drawn, html, flags=re.S)


def on_post_page(html: str, page, config) -> str:
    """The theme would fetch what search needs on pages that are opened as files."""
    depth = page.file.dest_uri.count("/")
    return html.replace("https://unpkg.com/iframe-worker/shim", "../" * depth + "source/worker.js")


def source_of(page: str, target: str) -> str | None:
    """The file or folder of the repository, outside docs/, that a link of a page means."""
    if re.match(r"[a-z]+:|#", target):
        return None
    base = ROOT if page in OF_ROOT.values() else (ROOT / "docs" / page).parent
    place = (base / target.partition("#")[0]).resolve()
    if not place.exists() or not place.is_relative_to(ROOT) or place.is_relative_to(ROOT / "docs"):
        return None
    path = place.relative_to(ROOT).as_posix()
    return None if path in OF_ROOT or path == "." else path


def source_page(source: str) -> str:
    return f"source/{source}/index.md" if (ROOT / source).is_dir() else f"source/{source}.md"


def source_text(source: str) -> str:
    place = ROOT / source
    if place.is_dir():
        names = sorted(p.name for p in place.iterdir() if p.suffix in (".h", ".py", ".toml"))
        return f"# {source}\n\n" + "".join(f"- `{n}`: {first_words(place / n)}\n" for n in names)
    kind = {".h": "cpp", ".cpp": "cpp"}.get(place.suffix, place.suffix.lstrip("."))
    return f"# {source}\n\n````{kind}\n{place.read_text()}\n````\n"


def first_words(file: Path) -> str:
    found = re.search(r"^(?:///|#) ?(.*?[.:])(?:\s|$)", file.read_text(), flags=re.M)
    return found.group(1) if found else ""


# ------------------------------------------------------------------------------------ reference


def said(*arguments: str) -> str:
    return subprocess.run(
        [COMMAND, *arguments], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout


def references() -> dict[str, str]:
    return {
        "reference/commands.md": commands(),
        "reference/parameters.md": parameters(),
        "reference/scenario.md": "# The scenario's tables\n\n`tavolo describe tables`. Every key "
        "of a scenario; [parameters](parameters.md) are the numbers of its sections.\n\n"
        + block(said("describe", "tables")),
        "reference/indicators.md": indicators(),
        "reference/strategies.md": strategies(),
        "reference/phases.md": "# A year, phase by phase\n\n`tavolo describe phases`. What actors "
        "do, in order.\n\n" + block(said("describe", "phases")),
        "reference/models.md": "# Models of known answers\n\n`tavolo describe models`. They go "
        "through the same sweeps as any other: `tavolo sweep --model lake -o lake.sqlite`.\n\n"
        + block(said("describe", "models")),
    }


def block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


def table(heads: list[str], rows: list[list[str]]) -> str:
    def line(cells: list[str]) -> str:
        return "| " + " | ".join(c.strip().replace("|", "\\|") for c in cells) + " |\n"

    return line(heads) + line(["---"] * len(heads)) + "".join(map(line, rows)) + "\n"


def commands() -> str:
    text = said("--help")
    names = re.findall(r"^  ([a-z]+) +\S", text.partition("Subcommands:")[2], flags=re.M)
    parts = ["# Commands\n\nWhat `--help` says.\n\n" + block(text)]
    for name in names:
        help_text = said(name, "--help")
        parts.append(f"## tavolo {name}\n\n" + block(help_text))
        inner = help_text.partition("Subcommands:")[2]
        for sub in re.findall(r"^  ([a-z]+) +\S", inner, flags=re.M):
            parts.append(f"### tavolo {name} {sub}\n\n" + block(said(name, sub, "--help")))
    return "\n".join(parts)


def parameters() -> str:
    lines = said("describe", "parameters").splitlines()
    heads = ["parameter", "default", "unit", "accepted", "meaning and source"]
    starts = [lines[0].index(h) for h in heads]
    ends = [*starts[1:], None]
    sections: dict[str, list[list[str]]] = {}
    for line in lines[1:]:
        if line.strip():
            cells = [line[a:b] for a, b in zip(starts, ends, strict=True)]
            cells[0] = f"`{cells[0].strip()}`"
            sections.setdefault(cells[0].strip("`").split(".")[0], []).append(cells)
    return (
        "# Parameters\n\n`tavolo describe parameters`. Each may be changed in a scenario's file, "
        "by `--set path=value`, as a factor of an experiment, or from Python.\n\n"
        + "".join(f"## {name}\n\n" + table(heads, rows) for name, rows in sections.items())
    )


def indicators() -> str:
    yearly, _, monthly = said("describe", "indicators").partition("every month\n")

    def rows(text: str) -> list[list[str]]:
        found = []
        for line in text.splitlines():
            name, unit, meaning = line[:28], line[28:44], line[44:]
            if len(line) > 43 and line[43] != " ":  # a long unit
                unit, _, meaning = line[28:].partition(" ")
            found.append([f"`{name.strip()}`", unit, meaning])
        return found

    heads = ["indicator", "unit", "meaning"]
    return (
        "# Indicators\n\n`tavolo describe indicators`. Columns of a store ([results](../"
        "results_schema.md)).\n\n## Every year\n\n" + table(heads, rows(yearly))
        + "## Every month\n\n" + table(heads, rows(monthly))
    )  # fmt: skip


def strategies() -> str:
    def listed(topic: str, head: str) -> str:
        rows = [line.strip().split(None, 1) for line in said("describe", topic).splitlines()]
        return table([head, "meaning"], [[f"`{n}`", m] for n, m in rows])

    return (
        "# Strategies\n\n## Policies of governments\n\n`tavolo describe policies`\n\n"
        + listed("policies", "policy")
        + "## Postures of carmakers\n\n`tavolo describe postures`; the scenario's key "
        "`carmaker_posture`.\n\n" + listed("postures", "posture")
        + "## Negotiation\n\n`tavolo negotiate --help` and [negotiation](../negotiation.md) have "
        "strategies, opponent models, acceptance conditions and protocols.\n"
    )  # fmt: skip


def python_reference() -> str:
    groups = {
        "Scenarios and runs": ["load", "Scenario", "Run"],
        "Strategies": ["policy", "policies", "ask", "Instruments", "PolicyView", "Neighbour",
                       "posture", "postures", "take", "Posture", "PostureView",
                       "negotiator", "negotiators", "TableView"],
        "Sweeps and stores": ["sweep", "open", "Store", "benchmark", "Benchmark"],
        "Search": ["search", "read_search", "Search", "Parameter", "Objective", "Result"],
        "Models of known answers": ["model", "models", "Model"],
        "Errors": ["InputError", "RunError"],
    }  # fmt: skip
    modules = {
        "Analysis": "tavolo.analysis",
        "Figures": "tavolo.figures",
        "Learning": "tavolo.environments",
        "Several governments": "tavolo.governments",
        "Bridge: any executor": "tavolo.bridges",
        "Bridge: SALib": "tavolo.bridges.salib",
        "Bridge: EMA Workbench": "tavolo.bridges.ema",
        "Bridge: pymoo": "tavolo.bridges.pymoo",
    }
    parts = ["# The package tavolo\n\n[From Python](../python.md) tells how it is used.\n"]
    for head, names in groups.items():
        parts.append(f"## {head}\n\n" + "\n\n".join(f"::: tavolo.{n}" for n in names) + "\n")
    for head, name in modules.items():
        parts.append(f"## {head}\n\n::: {name}\n")
    return "\n".join(parts)


# ------------------------------------------------------------------------------------ notebooks


def all_notebooks() -> tuple[str, dict[str, str]]:
    """The notebooks' page, and one page each: their text and code as they are kept."""
    rows, pages = [], {}
    for file in sorted((ROOT / "python/notebooks").glob("*.ipynb")):
        cells = json.loads(file.read_text())["cells"]
        parts = []
        for cell in cells:
            text = "".join(cell["source"])
            parts.append(text if cell["cell_type"] == "markdown" else f"```python\n{text}\n```")
        title = parts[0].splitlines()[0].lstrip("# ")
        pages[f"notebooks/{file.stem}.md"] = "\n\n".join(parts) + "\n"
        rows.append(f"- [{title}](notebooks/{file.stem}.md): `python/notebooks/{file.name}`\n")
    text = (
        "# Notebooks\n\nThey are kept without outputs and executed by the tests of the package "
        "(`./dev python`) on small settings; `TAVOLO_BUYERS` and such in their first cells make "
        "them larger.\n\n```console\n$ build/python/venv/bin/pip install jupyterlab\n"
        "$ build/python/venv/bin/jupyter lab python/notebooks\n```\n\n" + "".join(rows)
    )
    return text, pages
