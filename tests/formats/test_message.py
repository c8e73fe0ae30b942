"""A run in a few lines before those who show them: Slack's own classes, GitHub's own Markdown, the painter of shields.io."""

import json
import os
import pathlib
import subprocess
import unittest

import cmarkgfm
from cmarkgfm.cmark import Options
from slack_sdk.models.blocks import Block, HeaderBlock, SectionBlock

from sample import GATES, VANTAGE, Case, shown
from test_markdown import Elements

HERE = pathlib.Path(__file__).parent


# A name that calls everybody, and is a script and a link.
NAME = "<!channel> <@U024BE7LH> <script>alert(1)</script> [x](javascript:y)"


def called(run):
    run["vantage"]["name"] = NAME


class Messages(Case, unittest.TestCase):
    GATES = GATES

    def test_slack_takes_the_blocks_and_no_name_calls_a_channel(self):
        for run in (self.run_file, self.changed("calling.json", called)):
            message = json.loads(self.made("slack", run))
            blocks = Block.parse_all(message["blocks"])
            self.assertEqual(len(blocks), len(message["blocks"]))
            for block in blocks:
                self.assertTrue(block.to_dict())
                block.validate_json()
            self.assertIsInstance(blocks[0], HeaderBlock)
            self.assertIsInstance(blocks[1], SectionBlock)
            self.assertIn("1 of 4 gates violated", shown(message["text"]))
            text = json.dumps(message)
            for command in ("<!", "<@", "<#", "<script"):
                self.assertNotIn(command, text)

    def test_github_shows_the_comment_and_nothing_that_a_name_smuggled_in(self):
        for run, name in ((self.run_file, VANTAGE), (self.changed("calling.json", called), NAME)):
            text = self.made("pr-comment", run)
            page = Elements(cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))
            self.assertEqual(page.found[0], "h3", "the verdict comes first")
            self.assertEqual([tag for tag in page.found if tag in ("script", "img", "a", "table")], [])
            said = shown(" ".join("".join(page.text).split()))
            self.assertIn("violated", said)
            self.assertIn("Simulated:", said)
            self.assertIn(" ".join(name.split()), said, "the name is shown as it is")

    def test_shields_draws_the_badge(self):
        badge = self.made("badge")
        drawn = subprocess.run(
            ["node", HERE / "read_badge.mjs", os.environ["JAVASCRIPT"]], input=badge.encode(), capture_output=True, timeout=60)
        self.assertEqual(drawn.returncode, 0, drawn.stderr)
        self.assertIn("1 of 4 gates violated", drawn.stdout.decode())
        self.assertIn("(simulated)", drawn.stdout.decode())
        self.assertEqual(json.loads(badge)["color"], "red")
