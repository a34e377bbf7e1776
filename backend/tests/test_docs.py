"""The documents keep up with what they tell about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
_NOT_OURS = {".venv", ".venv-lock", "node_modules", ".cache", ".git", "var", "dist", "test-results"}
#: Screenshots are taken last.
_IMAGES = REPOSITORY / "docs" / "images"

_FENCE = re.compile(r"^(```+).*?^\1\s*$", re.M | re.S)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+?)\s*$", re.M)
_MAKE = re.compile(r"(?<![\w-])make ([a-z][a-z0-9-]*)")


def _documents() -> Iterator[Path]:
    for path in sorted(REPOSITORY.rglob("*.md")):
        if not _NOT_OURS.intersection(path.relative_to(REPOSITORY).parts):
            yield path


DOCUMENTS = list(_documents())
every_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY))
)


def _read_by_the_code() -> set[str]:
    source = (REPOSITORY / "backend/posthorn/config/env.py").read_text()
    return set(re.findall(r'(?:_read\.\w+|_positive)\(\s*"([A-Z_]+)"', source))


def _named_in_the_example() -> set[str]:
    example = (REPOSITORY / ".env.example").read_text()
    return set(re.findall(r"^#?([A-Z_]+)=", example, re.M))


def test_the_example_explains_every_variable_that_the_code_reads() -> None:
    read = _read_by_the_code()
    assert {"DATABASE_URL", "POSTHORN_LANES", "POSTHORN_LOG_TRANSPORT_FILE"} <= read
    assert sorted(read - _named_in_the_example()) == []


def test_the_example_names_no_variable_that_nothing_reads() -> None:
    compose = set(re.findall(r"\$\{(\w+):-", (REPOSITORY / "docker-compose.yml").read_text()))
    assert sorted(_named_in_the_example() - _read_by_the_code() - compose) == []


def test_there_are_documents_to_look_at() -> None:
    names = {str(path.relative_to(REPOSITORY)) for path in DOCUMENTS}
    assert {"README.md", "CONTRIBUTING.md", "docs/README.ru.md", "docs/adr/README.md"} <= names


@every_document
def test_relative_links_lead_somewhere(document: Path) -> None:
    text = _FENCE.sub("", document.read_text())
    broken = [link for link in _LINK.findall(text) if not _leads_somewhere(document, link)]
    assert broken == []


def _leads_somewhere(document: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    path, _, anchor = link.partition("#")
    target = (document.parent / unquote(path)).resolve() if path else document
    if target.parent == _IMAGES:
        return True
    if not target.exists():
        return False
    return not anchor or target.suffix != ".md" or unquote(anchor) in _anchors(target)


@cache
def _anchors(document: Path) -> frozenset[str]:
    """The headings as GitHub makes anchors of them."""
    text = _FENCE.sub("", document.read_text())
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(text))
    return frozenset(heading.replace(" ", "-") for heading in plain)


@every_document
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*)*):", makefile, re.M))
    targets = {name for line in targets for name in line.split()}
    # Code alone: in prose "make" may be the verb.
    text = document.read_text()
    code = " \n".join([*(m[0] for m in _FENCE.finditer(text)), *re.findall(r"`([^`\n]+)`", text)])
    assert sorted(set(_MAKE.findall(code)) - targets) == []


def test_the_index_of_decisions_is_complete() -> None:
    folder = REPOSITORY / "docs" / "adr"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    index = (folder / "README.md").read_text()
    assert [page for page in pages if f"({page})" not in index] == []
    assert [page[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
