"""References: the numbered sources of an article, and the papers that they are, whose retraction is known of all articles."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.text.identifiers import doi_in
from edge.prepared import Prepared


class Reference(models.Model):
    """A numbered source. `number` is its place in the list at the end and in the text's [n]."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="references", verbose_name=_("article"))
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("source"), max_length=500, help_text=_("Who published it, title, year."))
    url = models.URLField(_("address"), max_length=500, blank=True)
    doi = models.CharField("DOI", max_length=120, blank=True)
    pmid = models.CharField("PMID", max_length=12, blank=True)
    accessed_on = models.DateField(_("read on"), null=True, blank=True)

    # Of a source that was retracted, where somebody has looked: see `sources_of`.
    retraction: "Paper | None" = None

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="articles_reference_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    @property
    def link(self) -> str:
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid and not self.url else self.url


def numbers_of(reference: Any) -> tuple[str, str]:
    """(DOI, PMID) of a source, either "": a row of the database, or one of a content (a dict)."""
    row = reference if isinstance(reference, dict) else vars(reference)
    doi, pmid = row.get("doi") or "", row.get("pmid") or ""
    return doi_in(doi), pmid if pmid.isdecimal() else ""


class PaperQuerySet(models.QuerySet["Paper"]):
    def numbered(self, *, dois: Iterable[str] = (), pmids: Iterable[str] = ()) -> Self:
        """DOIs in small letters."""
        return self.filter(models.Q(doi__in=[*filter(None, dois)]) | models.Q(pmid__in=[*filter(None, pmids)]))

    def retracted(self) -> Self:
        return self.filter(is_retracted=True)

    def due(self) -> Self:
        return self.filter(due_at__lte=timezone.now()).order_by("due_at", "id")

    def among(self, references: Iterable[Any]) -> "dict[int, Paper]":
        """Those that these sources are, by `id` of the source; no query when none of them has a number."""
        numbers = {id(reference): numbers_of(reference) for reference in references}
        dois, pmids = ({pair[n] for pair in numbers.values()} - {""} for n in (0, 1))
        if not dois and not pmids:
            return {}
        papers = list(self.numbered(dois=dois, pmids=pmids))
        by_doi = {paper.doi: paper for paper in papers if paper.doi}
        by_pmid = {paper.pmid: paper for paper in papers if paper.pmid}
        found = {key: by_doi.get(doi) or by_pmid.get(pmid) for key, (doi, pmid) in numbers.items()}
        return {key: paper for key, paper in found.items() if paper}


class Paper(models.Model):
    """A scientific paper that articles cite, by its DOI or PMID: how it is cited, and whether it was retracted.

    A fact about the world and not part of an article, so a retraction is known of all articles at once.
    """

    doi = models.CharField("DOI", max_length=120, null=True, unique=True)  # noqa: DJ001  unique, so null
    pmid = models.CharField("PMID", max_length=12, null=True, unique=True)  # noqa: DJ001  unique, so null
    # Those that cite it, in the latest text or in what readers see; made by the worker: `articles/indexing.py`.
    articles: "models.ManyToManyField[Article, models.Model]" = models.ManyToManyField(
        Article, related_name="papers", editable=False
    )
    text = models.CharField(_("source"), max_length=500, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    retracted_on = models.DateField(_("retracted on"), null=True, blank=True)
    is_retracted = models.BooleanField(_("retracted"), default=False)
    notice = models.URLField(_("notice of the retraction"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    due_at = models.DateTimeField(_("asked again"), default=timezone.now)

    AGAIN = timedelta(days=30)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], name="articles_paper_due"),
            models.Index(fields=["id"], name="articles_paper_gone", condition=models.Q(is_retracted=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(doi__isnull=False) | models.Q(pmid__isnull=False), name="articles_paper_has_number"
            )
        ]

    def __str__(self) -> str:
        return self.text or self.doi or f"PMID {self.pmid}"


SOURCES = Prepared(lambda article: Reference.objects.filter(article=article), article=models.BigIntegerField())


def sources_of(article: Article) -> list[Reference]:
    """What this object shows; each that was retracted has its paper as `retraction`. Without numbers one query, else two."""
    references = SOURCES(article=article.pk) if article.drafted is None else article.drafted[1]
    papers = Paper.objects.retracted().among(references)
    for reference in references:
        reference.retraction = papers.get(id(reference))
    return references
