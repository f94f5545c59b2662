from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article

if TYPE_CHECKING:
    from articles.models.papers import Paper


class Reference(models.Model):
    """A numbered source. `number` is its place in the list at the end and in the text's [n]."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="references", verbose_name=_("article"))
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("source"), max_length=500, help_text=_("Who published it, title, year."))
    url = models.URLField(_("address"), max_length=500, blank=True)
    doi = models.CharField("DOI", max_length=120, blank=True)
    pmid = models.CharField("PMID", max_length=12, blank=True)
    accessed_on = models.DateField(_("read on"), null=True, blank=True)

    # Of a source that was retracted, where somebody has looked: see `articles.models.papers.sources_of`.
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
