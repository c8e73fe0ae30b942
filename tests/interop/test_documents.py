"""Every command of this program in a fenced block of README.md and docs: it is parsed, and what can be planned is planned.

Most commands would call AWS, so none of those is carried out. `--help` behind a command makes the program read everything before it: it
refuses unknown commands, options and values. A `stsbench run` is planned with `--dry-run` too, which sends nothing. Carried out are the
three lines of docs/guide/emulator.md (test_guide.py), and each simulated run, shortened, here.
"""

import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

from fleet import BARE, STSBENCH

ROOT = pathlib.Path(__file__).parents[2]
# A command that needs something which only its reader has: why it is parsed and not planned.
ONLY_PARSED = {
    "--resolver": "a fleet that listens",
    "--emulator": "a fleet that has announced itself",
}
# What shortens a simulated run.
SHORT = ["--rounds=6", "--blocks=2", "--endpoints=global,eu-central-1", "--link=undelayed", "--quiet", "--out=-"]
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "eu-central-1", "AWS_EC2_METADATA_DISABLED": "true"}


def documents():
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(script):
    """The words of each call of the program in a piece of shell."""
    joined = script.replace("\\\n", " ")
    # What another program prints into a word is a word.
    joined = re.sub(r'"\$\([^\n]*?\)"', '"127.0.0.1"', joined)
    for line in joined.splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split = True
        part = []
        for word in [*lexer, ";"]:
            if set(word) <= set("|&;<>"):
                yield from calls(part)
                # What stands behind a redirection is a file.
                part = ["#"] if set(word) <= set("<>") else []
            else:
                part.append(word)


def calls(words):
    words = list(words)
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words.pop(0)
    if words[:2] == ["cargo", "run"]:
        words = ["stsbench", *words[words.index("--") + 1:]]
    if words[:1] == ["stsbench"]:
        yield words[1:]


def found():
    for path in documents():
        text = path.read_text()
        for script in blocks(text, "sh"):
            for words in commands(script):
                yield path.relative_to(ROOT), words


class Documents(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="stsbench-documents-")
        self.addCleanup(self.directory.cleanup)
        here = pathlib.Path(self.directory.name)
        # The plan file of docs/guide/operations.md, and the secret that it names.
        plan = blocks((ROOT / "docs/guide/operations.md").read_text(), "toml")[0]
        (here / "federation.toml").write_text(plan)
        (here / "token.jwt").write_text("eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJl")

    def asked(self, words):
        return subprocess.run(
            [pathlib.Path(STSBENCH).resolve(), *words], cwd=self.directory.name, env=BARE | KEYS, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=120)

    def test_there_are_commands_in_the_documents(self):
        pages = {str(path) for path, _ in found()}
        self.assertIn("README.md", pages)
        self.assertGreater(len(list(found())), 18)

    def test_every_command_is_understood(self):
        for path, words in found():
            with self.subTest(f"{path}: {shlex.join(words)}"):
                done = self.asked([*words, "--help"])
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_every_run_can_be_planned(self):
        planned = 0
        for path, words in found():
            if words[:1] != ["run"] or any(option in words for option in ONLY_PARSED):
                continue
            with self.subTest(f"{path}: {shlex.join(words)}"):
                done = self.asked([*words, *([] if "--dry-run" in words else ["--dry-run"])])
                self.assertEqual(done.returncode, 0, done.stderr)
                planned += 1
        self.assertGreater(planned, 8)

    def test_every_simulated_run_is_carried_out(self):
        for path, words in found():
            if words[:1] != ["run"] or "--simulate" not in words or "--dry-run" in words or "--emulator" in words:
                continue
            with self.subTest(f"{path}: {shlex.join(words)}"):
                done = self.asked([*words, *SHORT])
                # A busy machine may make it invalid.
                self.assertIn(done.returncode, (0, 3, 7), done.stderr)
                self.assertIn("SIMULATED", done.stdout)

    def test_the_sample_in_the_readme_is_what_the_program_prints(self):
        sample = blocks((ROOT / "README.md").read_text(), "text")[0]
        done = subprocess.run(
            [pathlib.Path(STSBENCH).resolve(), "report", "reports/2026-11-26-sample/run.json"], cwd=ROOT, env=BARE,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        self.assertEqual(sample, done.stdout)

    def test_a_wrong_command_is_found(self):
        for words in (["run", "--rouns", "3"], ["rn"], ["run", "--endpoints"], ["run", "--rounds", "many"]):
            self.assertEqual(self.asked([*words, "--help"]).returncode, 2, words)
        script = "A=1 stsbench run --rounds 3 \\\n  --seed 1 > file && x | cargo run --release -- run 'a b'\n"
        self.assertEqual(list(commands(script)), [["run", "--rounds", "3", "--seed", "1"], ["run", "a b"]])


if __name__ == "__main__":
    unittest.main()
