"""Configurations that people could have written: both files of `~/.aws` and the variables beside them.

Each is written twice: as it stands, and as it counts by the guide where botocore gives up on a whole file: without empty
settings, without what is given again later, and without sections that hold a line that cannot be read.
"""

import random
from dataclasses import dataclass, field

SECRET = "secretsecretsecretsecret"
PRINTS = """printf %%s '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "%s"%s}'"""
ROLE = "arn:aws:iam::111122223333:role/"
NAMES = ["default", "dev", "my prod", "größe", "a.b-c_d", "a(b)", "x=y", "corp/Admin@1", "it's", "a]b", "k#1", "k;2", "k:3", "[x]"]
PATHS = ["<HOME>/.aws/%s", "<HOME>/else where/%s", "~/.aws/%s", "$HOME/.aws/%s", "${HOME}/%s.ini"]
ANY_END = "any"
# What ends most searches, or makes botocore give up on the whole file: half of the configurations are without.
SPOILS = {"no such profile", "no such file", "empty file", "byte order mark", "NUL", "not UTF-8", "line that cannot be read", "unlikely region",
          "name not in quotes", "section again", "setting again", "empty setting", "empty keys by variable", "empty web identity"}


@dataclass
class Setting:
    name: str
    value: str
    nested: list = field(default_factory=list)


@dataclass
class Section:
    heading: str  # with its brackets, and what follows them
    name: str  # between the brackets
    settings: list
    fault: str = ""  # a line that cannot be read


@dataclass
class Configuration:
    files: dict  # by path: bytes as they stand
    counting: dict  # by path: bytes as they count
    variables: dict
    profile: str | None  # by `--profile`
    has_empty: bool
    kinds: set  # what is in it, for the tally


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.keys = 0
        self.kinds = set()
        self.is_sound = False

    def chance(self, share):
        return self.random.random() < share

    def kind(self, name, share):
        """Whether it is to be in this configuration, which is noted."""
        if not self.chance(share) or self.is_sound and name in SPOILS:
            return False
        self.kinds.add(name)
        return True

    def rarely(self, unlikely, *likely):
        """One of the likely values, or seldom the other."""
        return unlikely if not self.is_sound and self.chance(0.15) else self.pick(*likely)

    def pick(self, *values):
        return self.random.choice(values)

    def configuration(self):
        self.kinds = set()
        self.is_sound = self.chance(0.5)
        names = self.random.sample(NAMES, self.random.randint(1, 4))
        variables = self.variables(names)
        profile = None
        if self.chance(0.9):
            asked = "missing" if self.kind("no such profile", 0.04) else self.random.choice(names)
            way = self.pick("AWS_PROFILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "both", "--profile")
            self.kinds.add(f"by {way}")
            if way == "--profile":
                profile = asked
            elif way == "both":
                variables |= {"AWS_DEFAULT_PROFILE": asked, "AWS_PROFILE": self.random.choice(names)}
            else:
                variables[way] = asked
        files, counting, has_empty = {}, {}, False
        for file, variable in [("config", "AWS_CONFIG_FILE"), ("credentials", "AWS_SHARED_CREDENTIALS_FILE")]:
            if self.kind("no such file", 0.05):
                continue
            if self.kind("/dev/null", 0.03):
                variables[variable] = "/dev/null"
                continue
            path = f"<HOME>/.aws/{file}"
            if self.kind("file by variable", 0.1):
                variables[variable] = path = self.random.choice(PATHS) % file
            path = path.replace("~", "<HOME>").replace("${HOME}", "<HOME>").replace("$HOME", "<HOME>")
            sections = [] if self.kind("empty file", 0.04) else self.sections(file, names)
            has_empty |= any(not it.value and not it.nested for section in sections for it in section.settings)
            files[path], counting[path] = self.written(sections)
        has_empty |= "" in variables.values()
        return Configuration(files, counting, variables, profile, has_empty, self.kinds)

    def variables(self, names):
        found = {}
        some = lambda name, share, values: found.update(values) if self.kind(name, share) else None
        some("Region by variable", 0.4, dict.fromkeys(["AWS_REGION", "AWS_DEFAULT_REGION"], self.pick("eu-central-1", "us-west-2", "")))
        some("endpoint by variable", 0.25, {self.pick("AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"): self.pick("<SERVICE>/variable", "<SERVICE>/variable", "")})
        some("URLs ignored", 0.05, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": self.pick("true", "TRUE", "false", "")})
        some("authority by variable", 0.7, {"AWS_CA_BUNDLE": "<HOME>/ca.pem"})
        some("FIPS by variable", 0.06, {"AWS_USE_FIPS_ENDPOINT": self.pick("true", "True", "false", "")})
        some("dual-stack by variable", 0.06, {"AWS_USE_DUALSTACK_ENDPOINT": self.pick("true", "false", "")})
        some("regional endpoints by variable", 0.06, {"AWS_STS_REGIONAL_ENDPOINTS": self.rarely("Legacy", "legacy", "regional", "")})
        some("retries by variable", 0.1, {"AWS_MAX_ATTEMPTS": "2", "AWS_RETRY_MODE": self.pick("standard", "legacy", "adaptive")})
        some("keys by variable", 0.1, {"AWS_ACCESS_KEY_ID": "AKIAOFVARIABLES00000", "AWS_SECRET_ACCESS_KEY": SECRET}
             | self.pick({}, {"AWS_SESSION_TOKEN": "t"}, {"AWS_SECURITY_TOKEN": "older"}, {"AWS_SESSION_TOKEN": "t", "AWS_SECURITY_TOKEN": "older"},
                         {"AWS_SESSION_TOKEN": ""}))
        some("empty keys by variable", 0.05, {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": ""})
        some("web identity by variable", 0.06, {"AWS_WEB_IDENTITY_TOKEN_FILE": "<HOME>/token", "AWS_ROLE_ARN": f"{ROLE}web"}
             | self.pick({}, {"AWS_ROLE_SESSION_NAME": "mine"}))
        some("empty web identity", 0.04, {"AWS_WEB_IDENTITY_TOKEN_FILE": "", "AWS_ROLE_ARN": ""})
        some("older places of keys", 0.06, {self.pick("AWS_CREDENTIAL_FILE", "BOTO_CONFIG"): "<HOME>/older"})
        some("container", 0.15, {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "<SERVICE>/container"})
        return {name: value for name, value in found.items() if value or not self.is_sound}

    def sections(self, file, names):
        sections = [self.section(file, name, names) for name in names if self.chance(0.6 if file == "credentials" else 0.97)]
        if sections and self.kind("section again", 0.12):
            sections.append(self.section(file, self.random.choice(names), names))
        if file == "config":
            sections += self.of_services(names)
        if self.kind("[DEFAULT]", 0.05):
            sections.append(Section("[DEFAULT]", "DEFAULT", [Setting("region", "eu-west-1")]))
        if self.kind("other section", 0.12):
            name = self.pick("preview", "plugins", "profile a b", "profil x", "odd")
            sections.append(Section(f"[{name}]{self.pick('', ' extra words')}", name, [Setting("x", "1")]))
        self.random.shuffle(sections)
        return sections

    def of_services(self, names):
        found = []
        if self.chance(0.9):
            sts = Setting("sts", "", [("endpoint_url", "<SERVICE>/services")])
            others = [Setting("s3", "", [("endpoint_url", "<SERVICE>/s3"), ("max_concurrent_requests", "2")]), Setting("sso", "", [("endpoint_url", "<SERVICE>/sso")])]
            settings = [sts, *self.random.sample(others, self.random.randint(0, 2))]
            found.append(Section(*self.title("services", "own"), settings))
        if self.chance(0.95):
            session = [Setting("sso_region", "eu-central-1"), Setting("sso_start_url", "https://example.invalid/start")]
            found.append(Section(*self.title("sso-session", "my session"), session))
        return found

    def title(self, kind, name):
        quoted = f'"{name}"' if any(c in name for c in " '\"") or self.chance(0.2) else name
        if "'" not in name and self.chance(0.1):
            quoted = f"'{name}'"
        if self.kind("name not in quotes", 0.04):
            quoted = name
        between = self.pick(" ", " ", " ", "  ", "\t")
        text = f"{kind}{between}{quoted}" if kind else name
        return f"[{text}]{self.heading_end()}", text

    def heading_end(self):
        return self.pick(" ; note", " # note", " /* note */", "  ") if self.kind("note after heading", 0.1) else ""

    def section(self, file, name, names):
        if file == "credentials" or name == "default" and self.chance(0.8):
            heading, text = f"[{name}]{self.heading_end()}", name
        else:
            heading, text = self.title("profile", name)
        settings = [Setting(*pair) for pair in self.source(name, names) + self.others(file)]
        if self.kind("shuffled", 0.2):
            self.random.shuffle(settings)
        if self.kind("setting again", 0.06):
            settings.append(Setting(settings[0].name, self.pick(settings[0].value, "another")))
        if self.kind("empty setting", 0.15):
            empty = self.pick("aws_access_key_id", "aws_session_token", "role_arn", "source_profile", "credential_process", "region",
                              "endpoint_url", "sso_session", "web_identity_token_file", "services", "external_id", "ca_bundle")
            settings.append(Setting(empty, ""))
        if self.kind("nested setting", 0.15):
            settings.append(Setting("s3", "", [("max_concurrent_requests", "2"), ("addressing_style", "path")]))
        fault = self.pick("words only", "= nothing", ": nothing", "[open", "nested") if self.kind("line that cannot be read", 0.06) else ""
        return Section(heading, text, settings, fault)

    def source(self, name, names):
        self.keys += 1
        keys = [("aws_access_key_id", f"AKIA{self.keys:08}GOOD"), ("aws_secret_access_key", SECRET)]
        role = [("role_arn", ROLE + self.pick("r", "path/r", "q"))]
        more = [pair for pair in [("external_id", "x y"), ("role_session_name", "mine"), ("duration_seconds", self.rarely("12h", "900", "3600"))] if self.chance(0.2)]
        way = self.random.choices(
            ["keys", "token", "both tokens", "half", "none", "process", "chain", "own keys", "circle", "named", "web identity", "sso", "older sso", "noted"],
            [24, 8, 4, 1, 4, 8, 24, 6, 1, 8, 8, 8, 8, 1])[0]
        self.kinds.add(f"source: {way}")
        return {
            "keys": lambda: keys,
            "token": lambda: keys + [(self.pick("aws_session_token", "aws_security_token", "AWS_SESSION_TOKEN"), f"token{self.keys}")],
            "both tokens": lambda: keys + [("aws_session_token", "newer"), ("aws_security_token", "older")],
            "half": lambda: [self.random.choice(keys)],
            "none": lambda: [("output", "json")],
            "process": lambda: [("credential_process", PRINTS % (keys[0][1], SECRET, self.pick("", ', "SessionToken": "t"', ', "SessionToken": ""')))],
            "chain": lambda: role + more + [("source_profile", self.rarely("missing", *([it for it in names if it != name] or names)))],
            "own keys": lambda: role + [("source_profile", name)] + keys,
            "circle": lambda: role + [("source_profile", name)],
            "named": lambda: role + more + [("credential_source", self.rarely("Nowhere", "Environment", "EcsContainer"))],
            "web identity": lambda: role + more[:1] + [("web_identity_token_file", self.rarely("<HOME>/none", "<HOME>/token"))],
            "sso": lambda: [("sso_session", self.rarely("none", "my session")), ("sso_account_id", "111122223333"), ("sso_role_name", "r")],
            "older sso": lambda: [("sso_start_url", "https://example.invalid/start"), ("sso_region", "eu-central-1"), ("sso_account_id", "111122223333"), ("sso_role_name", "r")],
            "noted": lambda: [(keys[0][0], keys[0][1] + self.pick(" # note", " ; note")), keys[1]],
        }[way]()

    def others(self, file):
        found = []
        some = lambda name, share, *pair: found.append(pair) if self.kind(name, share) else None
        some("region", 0.4, "region", self.pick("eu-west-1", "us-east-1", "us-west-2", "eu-central-1"))
        if self.kind("unlikely region", 0.03):
            found[:] = [("region", self.pick("fips-us-east-1", "us-east-1-fips", "eu_west 1"))]
        if file == "config":
            some("endpoint_url", 0.15, "endpoint_url", self.rarely("no url", "<SERVICE>/profile"))
            some("services", 0.15, "services", self.rarely("none", "own"))
            some("sts_regional_endpoints", 0.08, "sts_regional_endpoints", self.rarely("LEGACY", "legacy", "regional"))
            some("use_fips_endpoint", 0.06, "use_fips_endpoint", self.pick("true", "True", "false", "yes"))
            some("use_dualstack_endpoint", 0.06, "use_dualstack_endpoint", self.pick("true", "false"))
            some("ca_bundle", 0.15, "ca_bundle", self.rarely("<HOME>/none.pem", "<HOME>/ca.pem", "~/ca.pem"))
            some("retries", 0.1, *self.pick(("max_attempts", "2"), ("retry_mode", "adaptive")))
            some("ignore_configured_endpoint_urls", 0.04, "ignore_configured_endpoint_urls", self.pick("true", "false"))
        return found

    def written(self, sections):
        """As it stands, and as it counts."""
        end = self.pick("\n", "\n", "\n", "\n", "\r\n", "\r", ANY_END)
        self.kinds.add("lines end by " + repr(end))
        as_counting = counting(sections)
        is_ragged = as_counting is sections and self.kind("ragged", 0.06)
        text = self.text(sections, end, is_ragged)
        texts = [text, text if as_counting is sections else self.text(as_counting, end, False)]
        prefix = "\ufeff" if self.kind("byte order mark", 0.015) else ""
        if self.kind("NUL", 0.015):
            texts = [text.replace("secretsecret", "secret\0ecret") for text in texts]
        texts = [(prefix + text).encode() for text in texts]
        if self.kind("not UTF-8", 0.015):
            texts = [text + "# für mich\n".encode("latin-1") for text in texts]
        return texts

    def text(self, sections, end, is_ragged):
        lines = [line for section in sections for line in self.lines(section, is_ragged)]
        return "".join(line + (self.pick("\n", "\r\n", "\r") if end == ANY_END else end) for line in lines)

    def lines(self, section, is_ragged):
        indentation = self.pick("", "", "", "", "  ", "\t", "    ", " \t ", "\u00a0")
        ragged = lambda: self.pick("", " ", "\t", "    ") if is_ragged and self.chance(0.2) else ""
        yield ragged() + section.heading
        for setting in section.settings:
            if self.chance(0.15):
                yield self.pick("", "  ", "\t", "# comment", "; comment", indentation + "# [comment]", "     ; deep = comment")
            name = self.pick(setting.name, setting.name, setting.name, setting.name.upper(), setting.name.title())
            between = self.pick(" = ", " = ", " = ", "=", ":", " : ", "\t=\t", " =", "= ")
            yield ragged() + indentation + name + between + setting.value + self.pick("", "", "", "  ", "\t")
            deeper = indentation + self.pick(" ", "  ", "\t")
            for name, value in setting.nested:
                yield deeper + name + self.pick(" = ", "=") + value
        if section.fault:
            yield from [indentation + "s3 =", indentation + "  words"] if section.fault == "nested" else [indentation + section.fault]


def counting(sections):
    """The sections that count, with the settings that do."""
    last = {section.name: section for section in sections}
    kept = [section for section in sections if last[section.name] is section and not section.fault]
    found = []
    for section in kept:
        settings = {}
        for setting in section.settings:
            settings.pop(setting.name.lower(), None)
            settings[setting.name.lower()] = setting
        settings = [it for it in settings.values() if it.value or it.nested]
        found.append(section if settings == section.settings else Section(section.heading, section.name, settings))
    return sections if found == sections else found
