"""The page about clients against the tests of clients."""

import unittest

from foreign import table

MADE = table.INTEROP.parents[1] / "target" / "clients.md"


class Page(unittest.TestCase):
    def test_the_page_of_clients_says_what_the_tests_do(self):
        page = table.page()
        if not table.PAGE.exists() or table.PAGE.read_text() != page:
            MADE.write_text(page)
            self.fail(f"{table.PAGE.name} is not what the tests do; `cp target/clients.md docs/reference/clients.md`")

    def test_every_client_of_the_page_is_pinned_and_makes_calls_that_are_answered_and_refused(self):
        rows = [table.row(test, table.versions()) for test in table.tests()]
        self.assertEqual(len({tuple(row) for row in rows}), len(rows))
        for name, version, form, *cells in rows:
            with self.subTest(name, form=form):
                self.assertTrue(any(int(cell.split()[0]) and int(cell.split()[2]) for cell in cells if cell != "—"), cells)
