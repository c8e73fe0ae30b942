"""moto's tests without what holds for moto alone: its decorators, and the constants that it answers with.

Everything that is asserted is asserted still. In place of a constant stands its form at AWS.
"""

import ast
import re

# Frozen clocks: AWS refuses a signature of another time. moto's own mocks: the fleet answers.
DECORATORS = {"mock_aws", "freeze_time", "patch"}

TOKEN = "IQoJb3JpZ2luX2Vj"
# What answers are compared with: the beginnings of the constants, and by member the form that AWS's values have.
CONSTANTS = ["AQoEXAMPLEH4aoAH0gNCAPy", "AQoDYXdzEPT//////////wEXAMPLE", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG"]
FORMS = {
    "AccessKeyId": "ASIA[A-Z2-7]{16}", "SecretAccessKey": "[A-Za-z0-9+/]{40}", "SessionToken": f"{TOKEN}[A-Za-z0-9+/]+=*",
    "UserId": "AIDA[A-Z2-7]{17}",
}
# How the tokens of AWS begin, in 2015 and today.
PLAIN = {"FQoGZXIvYXdzE": TOKEN, "^FQoGZXIvYXdzE": f"^{TOKEN}"}
# moto's ARN of a user is in STS, AWS's in IAM.
USER = ("sts::{ACCOUNT_ID}:user/moto", "iam::{ACCOUNT_ID}:user/moto")
# The length of moto's tokens; those of AWS have none that is promised.
LENGTH, LEAST = 356, 200


EVERYTHING = {*CONSTANTS, *PLAIN, USER[0]}


class Form(str):
    """Equal to every text that it describes."""

    def __eq__(self, other):
        return re.fullmatch(self, other) is not None

    __hash__ = str.__hash__


class Least(int):
    """Equal to every number that is not smaller."""

    def __eq__(self, other):
        return other >= int(self)

    __hash__ = int.__hash__


class Neutral(ast.NodeTransformer):
    def __init__(self):
        self.used = set()

    def function(self, node):
        self.generic_visit(node)
        node.decorator_list = [one for one in node.decorator_list if self.name(one) not in DECORATORS]
        return node

    visit_FunctionDef = visit_ClassDef = function

    @staticmethod
    def name(decorator):
        """`patch` of `@patch.dict(…)`."""
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        while isinstance(node, ast.Attribute):
            node = node.value
        return node.id if isinstance(node, ast.Name) else None

    def visit_Compare(self, node):
        self.generic_visit(node)
        node.comparators = [self.compared(node.left, one) for one in node.comparators]
        return node

    def compared(self, left, node):
        value = node.value if isinstance(node, ast.Constant) else None
        if value == LENGTH:
            return ast.parse(f"Least({LEAST})", mode="eval").body
        for constant in CONSTANTS:
            if isinstance(value, str) and value.startswith(constant):
                self.used.add(constant)
                return ast.parse(f"Form({FORMS[left.slice.value]!r})", mode="eval").body
        return node

    def visit_Constant(self, node):
        if node.value in PLAIN:
            self.used.add(node.value)
            return ast.Constant(PLAIN[node.value])
        return node


def neutralised(source):
    """The source of a test module for another STS, and which constants were found in it."""
    neutral = Neutral()
    if USER[0] in source:
        neutral.used.add(USER[0])
    tree = neutral.visit(ast.parse(source.replace(*USER)))
    tree.body.insert(0, ast.parse("from suites.neutral import Form, Least").body[0])
    return ast.unparse(ast.fix_missing_locations(tree)), neutral.used
