"""MedQuAD: questions and answers about conditions, collected about 2017 from public pages of United States agencies.

Asma Ben Abacha and Dina Demner-Fushman, "A Question-Entailment Approach to Question Answering", BMC Bioinformatics
20, 511 (2019), https://doi.org/10.1186/s12859-019-3119-4; CC BY 4.0. What we take from it is background material:
its review date is unknown, and nothing here ever calls it reviewed.
"""

import lzma
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat
from zlib import crc32

from django.db import transaction
from django.utils.text import slugify

from articles.models import Background, Topic, TopicSynonym
from articles.models.topics import first_letter
from edge.charsets import is_utf8

BATCH = 500  # files written in one transaction: what a killed run loses at most
LARGEST = 4 * 1024 * 1024  # bytes; the largest file of the collection has a twentieth of that

# Who wrote the answers, easiest to read first (median school grade of their texts, measured on the collection):
# a topic shows them in this order.
SOURCES = {
    "MPlusHealthTopics": "MedlinePlus, National Library of Medicine",
    "NHLBI": "National Heart, Lung, and Blood Institute (NHLBI)",
    "CancerGov": "National Cancer Institute (NCI)",
    "NIHSeniorHealth": "NIHSeniorHealth, National Institute on Aging",
    "NIDDK": "National Institute of Diabetes and Digestive and Kidney Diseases (NIDDK)",
    "CDC": "Centers for Disease Control and Prevention (CDC)",
    "GHR": "Genetics Home Reference, National Library of Medicine",
    "GARD": "Genetic and Rare Diseases Information Center (GARD)",
    "NINDS": "National Institute of Neurological Disorders and Stroke (NINDS)",
}
PLURALS = (
    r"(diseases|disorders|syndromes|tumors|cancers|infections|injuries|problems|defects|conditions|deficiencies|"
    r"fractures|allergies|headaches|seizures|stones|ulcers|cysts|warts|burns|parasites|lymphomas|leukemias|carcinomas)"
)


class Unusable(ValueError):
    """A file that cannot be read or names no condition. Its text says why, to whoever runs the import."""


@dataclass(frozen=True)
class Document:
    """One file: what it says about one condition, its answers as rows that have no topic yet."""

    name: str
    synonyms: list[str]
    answers: list[Background]


@dataclass
class Figures:
    """What an import has done so far. `skipped` pairs a file's name with the reason."""

    files: int = 0
    names: set[str] = field(default_factory=set)
    topics: int = 0
    reused: set[int] = field(default_factory=set)
    synonyms: int = 0
    answers: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    broken: str = ""  # why the archive could not be read to its end


# --- Reading one file --------------------------------------------------------------------------------------------


def parse(data: bytes) -> Element:
    """The document's tree. A document type is refused: it is where entities that explode are declared."""
    builder = TreeBuilder()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.XmlDeclHandler = _refuse_charset
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(data, True)
        return builder.close()
    except (expat.ExpatError, AssertionError, LookupError, ValueError) as error:
        raise Unusable(f"not well-formed XML ({error})") from error


def read(path: str, data: bytes) -> Document:
    """The document in `data`; `path` is its place in the archive. Raises Unusable.

    The collection has two dialects: `<Document><Focus>…<QAPair>` and, in a handful of files,
    `<doc><doctitle-focus>…<pair>`.
    """
    root = parse(data)
    name = capitalise(_text(_first(root, "focus", "doctitle-focus")))
    if not name:
        raise Unusable("names no condition")
    if len(name) > 150:
        raise Unusable("the condition’s name is too long")
    source = root.get("source") or root.get("corpus") or ""
    shared = {
        "source": SOURCES.get(source, source)[:120] or "MedQuAD",
        "source_url": _web_address(root.get("url") or ""),
        "position": list(SOURCES).index(source) if source in SOURCES else len(SOURCES),
    }
    return Document(
        name=name,
        synonyms=[text[:200] for node in _all(root, "synonym") if (text := _text(node))],
        answers=list(_answers(root, path.removesuffix(".xml"), name, shared)),
    )


def _answers(root: Element, path: str, name: str, shared: dict[str, Any]) -> Iterator[Background]:
    """Pairs without an answer are left out."""
    # Question numbers repeat between files of one condition, so the file is part of the key.
    for number, node in enumerate(_all(root, "qapair", "pair"), start=1):
        question, answer = _first(node, "question"), _first(node, "answer")
        text = (answer.text or "").strip() if answer is not None else ""
        if question is None or not text:
            continue
        yield Background(
            key=f"medquad:{path}:{node.get('pid') or number}"[:60],
            question=tidy_question(_text(question), name)[:500],
            answer=text,
            kind=(question.get("qtype") or "")[:60],
            **shared,
        )


def tidy_question(question: str, name: str) -> str:
    """The collection's questions come from templates ("What is (are) Hemifacial Spasm ?"); this reads them aloud."""
    verb = "are" if re.search(rf"\b{PLURALS}$", name, re.IGNORECASE) else "is"
    question = re.sub(r"^What is \(are\)", f"What {verb}", question)
    return capitalise(question.rstrip(" ?") + "?")


def capitalise(text: str) -> str:
    """Makes the first letter big unless the first word has a capital of its own (mTOR) or is no plain word."""
    first = text.partition(" ")[0]
    is_plain = first.replace("-", "").replace(",", "").isalpha() and first.islower()
    return text[:1].upper() + text[1:] if is_plain else text


def _refuse_charset(_version: str, charset: str | None, _standalone: int) -> None:
    if not is_utf8(charset or "utf-8"):
        raise ValueError("is not UTF-8")


def _refuse_doctype(*_args: object) -> None:
    raise Unusable("has a document type, which could hide an entity bomb")


def _all(root: Element, *tags: str) -> Iterator[Element]:
    return (node for node in root.iter() if node.tag.lower() in tags)


def _first(root: Element, *tags: str) -> Element | None:
    return next(_all(root, *tags), None)


def _text(node: Element | None) -> str:
    return " ".join((node.text or "").split()) if node is not None else ""


def _web_address(url: str) -> str:
    return url if url.startswith(("http://", "https://")) and len(url) <= 500 else ""


# --- The archive -------------------------------------------------------------------------------------------------


def documents(archive: Path, figures: Figures) -> Iterator[Document]:
    """Every usable document of the archive, read as it lies, in its order; the others go to `figures.skipped`.

    Ends early, and says why in `figures.broken`, when the archive itself cannot be read any further.
    """
    try:
        with tarfile.open(archive, "r|*") as tar:
            for member in tar:
                if not member.isfile() or not member.name.endswith(".xml"):
                    continue
                figures.files += 1
                try:
                    yield _read_member(tar, member)
                except Unusable as error:
                    figures.skipped.append((member.name, str(error)))
    except (tarfile.TarError, lzma.LZMAError, EOFError, OSError) as error:
        figures.broken = f"{archive} cannot be read any further after {figures.files} files: {error}"


def _read_member(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Document:
    if member.size > LARGEST:
        raise Unusable("is too large")
    file = tar.extractfile(member)
    path = "/".join(Path(member.name).parts[-2:])
    return read(path, file.read() if file else b"")


# --- Writing -----------------------------------------------------------------------------------------------------


class Library:
    """What the database holds already, kept in step with what is written.

    A topic is recognised by the rows it was given earlier, else by its name (without case), else by its address;
    names that differ only in punctuation share an address and become one topic, the later spelling a synonym.
    Topics that exist are never changed; they only get rows.
    """

    def __init__(self) -> None:
        self.topic_of_row = dict(Background.objects.filter(key__startswith="medquad:").values_list("key", "topic_id"))
        self.by_name: dict[str, int] = {}
        self.by_slug: dict[str, int] = {}
        self.known_names: dict[int, set[str]] = {}
        for pk, name, slug in Topic.objects.values_list("pk", "name", "slug"):
            self.add(pk, name, slug)
        for topic_id, name in TopicSynonym.objects.values_list("topic_id", "name"):
            self.known_names[topic_id].add(name.casefold())
        self.from_before = frozenset(self.by_slug.values())

    def add(self, pk: int, name: str, slug: str) -> None:
        self.by_name.setdefault(name.casefold(), pk)
        self.by_slug[slug] = pk
        self.known_names.setdefault(pk, set()).add(name.casefold())

    def find(self, document: Document) -> int | None:
        known = (self.topic_of_row[row.key] for row in document.answers if row.key in self.topic_of_row)
        by_name = self.by_name.get(document.name.casefold()) or self.by_slug.get(slug_of(document.name))
        return next(known, by_name)

    def topic_of(self, document: Document) -> int:
        """The document's topic, once `store` has made those that were missing."""
        topic_id = self.find(document)
        if topic_id is None:
            raise LookupError(document.name)
        return topic_id


def slug_of(name: str) -> str:
    return slugify(name)[:160] or f"condition-{crc32(name.casefold().encode()):08x}"


def store(batch: list[Document], library: Library, figures: Figures) -> None:
    """Writes what is new in these documents, all of it or nothing; writes nothing when nothing is new."""
    with transaction.atomic():
        figures.topics += _add_topics(batch, library)
        figures.synonyms += _add_synonyms(batch, library)
        figures.answers += _add_answers(batch, library)
    figures.names.update(document.name.casefold() for document in batch)
    figures.reused.update(library.from_before.intersection(library.topic_of(document) for document in batch))


def _add_topics(batch: list[Document], library: Library) -> int:
    new = {slug_of(document.name): document.name for document in reversed(batch) if library.find(document) is None}
    topics = [Topic(name=name, slug=slug, letter=first_letter(name)) for slug, name in reversed(new.items())]
    for topic in Topic.objects.bulk_create(topics):
        library.add(topic.pk, topic.name, topic.slug)
    return len(topics)


def _add_synonyms(batch: list[Document], library: Library) -> int:
    synonyms = []
    for document in batch:
        topic_id = library.topic_of(document)
        for name in [document.name, *document.synonyms]:
            if name.casefold() not in library.known_names[topic_id]:
                library.known_names[topic_id].add(name.casefold())
                synonyms.append(TopicSynonym(topic_id=topic_id, name=name))
    TopicSynonym.objects.bulk_create(synonyms, batch_size=1000)
    return len(synonyms)


def _add_answers(batch: list[Document], library: Library) -> int:
    rows = []
    for document in batch:
        topic_id = library.topic_of(document)
        for row in document.answers:
            if row.key not in library.topic_of_row:
                library.topic_of_row[row.key] = row.topic_id = topic_id
                rows.append(row)
    Background.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def import_archive(archive: Path, figures: Figures) -> Iterator[Figures]:
    """Imports the archive batch by batch and yields the figures after each. May be stopped and run again at any time."""
    library = Library()
    stream = documents(archive, figures)
    while batch := list(islice(stream, BATCH)):
        store(batch, library, figures)
        yield figures
