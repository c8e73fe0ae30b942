"""Completion scripts before the shells that read them: zsh through its completion system on a pseudo-terminal, fish through
`complete -C`. (bash is a test of tests/it.)"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from sample import BARE, STSBENCH

RUN = "reports/20261122-141500-0badcafe"

# What is typed, and candidates that have to be there.
LINES = [
    ("stsbench run --simulate eu-cent", {"eu-central-1", "eu-central-2"}),
    ("stsbench run --endpoints global,frankf", {"global,frankfurt"}),
    ("stsbench run --operations get-c", {"get-caller-identity"}),
    ("stsbench run --format jun", {"junit"}),
    ("stsbench compare --format jun", {"junit"}),
    ("stsbench run --profile la", {"lab"}),
    ("stsbench run --preset q", {"quick"}),
    ("stsbench report 2026", {RUN}),
    ("stsbench report rep", {RUN}),
    ("stsbench run --rou", {"--rounds"}),
]

# Types the line into an interactive zsh and presses the tab key there.
ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
typeset line
zpty -w shell "PROMPT= RPROMPT=; stty -echo; source ${(q)2}; print rea''dy"
while zpty -r shell line; do [[ $line != *ready* ]] || break; done
zpty -n -w shell "$1"$'\t'
while zpty -r shell line; do
  [[ $line != *END-OF-CANDIDATES* ]] || break
  print -r -- "${line%$'\r\n'}"
done
zpty -d shell
"""

# What the tab key does in it: complete, with a `compadd` that also prints what it shows.
ZSH_SETUP = r"""
autoload -Uz compinit && compinit -D -u
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a found
  builtin compadd -O found "$@"
  print -l -r -- '' "CANDIDATE:"${^found}
  builtin compadd "$@"
}
capture() { zle complete-word; print -r -- ''; print -r -- END-OF-CANDIDATES; exit }
zle -N capture
bindkey '^I' capture
"""


class Shells(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="stsbench-shells-")
        self.addCleanup(self.directory.cleanup)
        self.home = pathlib.Path(self.directory.name)
        (self.home / RUN).mkdir(parents=True)
        (self.home / RUN / "run.json").write_text("{}")
        (self.home / "config").write_text("[profile lab]\nregion = eu-west-1\n")
        (self.home / "functions").mkdir()
        self.environment = BARE | {
            "PATH": f"{pathlib.Path(STSBENCH).parent}:{BARE['PATH']}",
            "HOME": str(self.home),
            "TERM": "xterm",
            "AWS_CONFIG_FILE": str(self.home / "config"),
        }

    def ran(self, *words):
        done = subprocess.run(words, env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def in_zsh(self, line, reading):
        (self.home / "setup.zsh").write_text(reading[0] + ZSH_SETUP + reading[1])
        (self.home / "type.zsh").write_text(ZSH)
        shown = self.ran("zsh", "-f", "type.zsh", line, "setup.zsh")
        return {text.removeprefix("CANDIDATE:") for text in shown.splitlines() if text.startswith("CANDIDATE:")}

    def in_fish(self, line):
        shown = self.ran("fish", "-N", "-c", "stsbench completions fish | source; complete -C $argv[1]", line)
        return {text.split("\t")[0] for text in shown.splitlines()}

    @unittest.skipUnless(shutil.which("zsh") or os.environ.get("CI"), "zsh is missing: install it")
    def test_zsh_completes_values_from_a_script_that_it_sources(self):
        for line, wanted in LINES:
            with self.subTest(line):
                found = self.in_zsh(line, ("", "source <(stsbench completions zsh)\n"))
                self.assertLessEqual(wanted, found)

    @unittest.skipUnless(shutil.which("zsh") or os.environ.get("CI"), "zsh is missing: install it")
    def test_zsh_completes_at_once_from_a_file_that_it_loads_when_it_needs_it(self):
        (self.home / "functions/_stsbench").write_text(self.ran("stsbench", "completions", "zsh"))
        found = self.in_zsh("stsbench run --simulate eu-cent", ('fpath=("$HOME/functions" $fpath)\n', ""))
        self.assertEqual(found, {"eu-central-1", "eu-central-2"})

    @unittest.skipUnless(shutil.which("fish") or os.environ.get("CI"), "fish is missing: install it")
    def test_fish_completes_values(self):
        for line, wanted in LINES:
            with self.subTest(line):
                self.assertLessEqual(wanted, self.in_fish(line))

    @unittest.skipUnless(shutil.which("zsh") and shutil.which("fish"), "zsh or fish is missing")
    def test_what_begins_otherwise_is_no_candidate(self):
        line = "stsbench run --simulate no-such"
        self.assertEqual(self.in_zsh(line, ("", "source <(stsbench completions zsh)\n")), set())
        self.assertEqual(self.in_fish(line), set())


if __name__ == "__main__":
    unittest.main()
