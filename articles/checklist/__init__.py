"""The checklist before publication: what should be looked at before readers see a text. A little of it holds publication
until it is mended.

Every check says one plain sentence, and where. How hard the text is to read is told beside these, by
`articles/text/readability.py`: a grade never holds anything.
"""

from articles.checklist.checks import CHECKS, Check, Finding, Place, check, holding, look, missing_parts
