"""The step summary before GitHub's own Markdown (cmark-gfm, with its extensions)."""

import html.parser
import unittest

import cmarkgfm
from cmarkgfm.cmark import Options

from sample import GATES, VANTAGE, Case, shown

MIB = 1_048_576


class Elements(html.parser.HTMLParser):
    """The elements, and the text outside of them."""

    def __init__(self, page):
        super().__init__()
        self.found, self.text = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append(tag)

    def handle_data(self, data):
        self.text.append(data)


class StepSummary(Case, unittest.TestCase):
    GATES = GATES

    def test_github_renders_tables_and_folds_and_nothing_that_a_name_smuggled_in(self):
        text = self.made("github-summary")
        self.assertLess(len(text.encode()), MIB)
        page = Elements(cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))
        shape = {tag: page.found.count(tag) for tag in ("h2", "h3", "table", "details", "b", "img", "script")}
        self.assertEqual(page.found[0], "h2", "the verdict comes first")
        self.assertEqual(shape, {"h2": 1, "h3": 2, "table": 5, "details": 3, "b": 0, "img": 0, "script": 0})
        said = " ".join("".join(page.text).split())
        self.assertIn(" ".join(VANTAGE.split()), shown(said), "the name is shown as it is")
        for words in ("Simulated:", "proven", "violated", "inconclusive", GATES[3]):
            self.assertIn(words, said)
