"""Prints crates/sts-model/src/catalog/regions.rs: partitions and Regions as botocore knows them, the hosts of STS as its
endpoint rules build them, activation state, metro coordinates and city."""

import csv
import gzip
import json
import pathlib
import re
import sys

import botocore

# AWS documentation, "Managing AWS STS in an AWS Region": the Regions that are enabled by default in the commercial
# partition. Every commercial Region launched after March 2019 has to be enabled by the account first.
DEFAULT_ENABLED = {
    "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ap-south-1", "ap-northeast-1", "ap-northeast-2",
    "ap-northeast-3", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-west-1", "eu-west-2",
    "eu-west-3", "eu-north-1", "sa-east-1",
}
VARIANTS = {"regional": (False, False), "fips": (True, False), "dual_stack": (False, True), "fips_dual_stack": (True, True)}


class Rules:
    """The endpoint rules of STS, which are written in Smithy's rules language, for a Region without a URL of its own."""

    def __init__(self, rules, partitions):
        self.rules, self.partitions = rules["rules"], partitions

    def resolve(self, region, fips, dual_stack):
        """The host and the signing Region, which is None where the rules name none; None where they refuse."""
        scope = {"Region": region, "UseFIPS": fips, "UseDualStack": dual_stack, "UseGlobalEndpoint": False}
        endpoint = self.first(self.rules, scope)
        if endpoint is None:
            return None
        schemes = endpoint["properties"].get("authSchemes", [{}])
        return self.text(endpoint["url"], scope).removeprefix("https://"), schemes[0].get("signingRegion")

    def first(self, rules, scope):
        for rule in rules:
            if all(self.holds(condition, scope) for condition in rule["conditions"]):
                return self.first(rule["rules"], scope) if rule["type"] == "tree" else rule.get("endpoint")
        raise ValueError("no rule matches")

    def holds(self, condition, scope):
        value = self.call(condition, scope)
        if "assign" in condition:
            scope[condition["assign"]] = value
        return value is not None and value is not False

    def call(self, function, scope):
        arguments = [self.value(argument, scope) for argument in function["argv"]]
        match function["fn"]:
            case "isSet":
                return arguments[0] is not None
            case "not":
                return not arguments[0]
            case "booleanEquals" | "stringEquals":
                return arguments[0] == arguments[1]
            case "getAttr":
                return arguments[0][arguments[1]]
            case "aws.partition":
                return partition_of(self.partitions, arguments[0])["outputs"]
        raise ValueError(f"unknown function {function['fn']}")

    def value(self, argument, scope):
        if not isinstance(argument, dict):
            return argument
        return scope.get(argument["ref"]) if "ref" in argument else self.call(argument, scope)

    def text(self, template, scope):
        def part(match):
            name, _, attribute = match[1].partition("#")
            return scope[name][attribute] if attribute else scope[name]

        return re.sub(r"\{([^}]+)\}", part, template)


def partition_of(partitions, region):
    named = (p for p in partitions if region in p["regions"])
    matched = (p for p in partitions if re.search(p["regionRegex"], region))
    return next(named, None) or next(matched, None) or next(p for p in partitions if p["id"] == "aws")


def prefixes(regex):
    """The names that a partition's pattern lets a Region's name begin with; it ends with a word and a number."""
    beginning = re.fullmatch(r"\^(.+)\\-\\w\+\\-\\d\+\$", regex)[1].replace("\\-", "-")
    before, choice, after = re.fullmatch(r"([\w-]*)(?:\(([\w|]+)\))?([\w-]*)", beginning).groups()
    return [before + word + after for word in (choice or "").split("|")]


def hosts(rules, partition):
    """The host of each variant with `{region}` for the Region's name; the same for all Regions of the partition."""
    patterns = {}
    for variant, (fips, dual_stack) in VARIANTS.items():
        found = set()
        for region in (name for name in partition["regions"] if not is_pseudo(name)):
            host, signing_region = rules.resolve(region, fips, dual_stack) or (None, None)
            assert signing_region is None, f"{region} is signed for {signing_region}"
            found.add(host and host.replace(region, "{region}"))
        (patterns[variant],) = found
    return patterns


def global_endpoint(rules, pseudo_region):
    """The host without a Region and the Region that it is signed for."""
    if pseudo_region is None:
        return None
    host, signing_region = rules.resolve(pseudo_region, *VARIANTS["regional"])
    return None if pseudo_region in host else (host, signing_region)


def is_pseudo(region):
    return region.endswith("-global")


def activation(partition, region, live):
    if region not in live:
        return "Announced"
    return "Default" if partition != "aws" or region in DEFAULT_ENABLED else "OptIn"


def optional(value):
    return "None" if value is None else f"Some({value})"


def quoted(text):
    return None if text is None else f'"{text}"'


def partition_entry(rules, partition):
    pseudo_region = next((name for name in partition["regions"] if is_pseudo(name)), None)
    patterns = hosts(rules, partition)
    regional = quoted(patterns.pop("regional"))
    variants = ", ".join(f"{variant}: {optional(quoted(pattern))}" for variant, pattern in patterns.items())
    endpoint = global_endpoint(rules, pseudo_region)
    if endpoint is not None:
        endpoint = f'GlobalEndpoint {{ host: "{endpoint[0]}", signing_region: "{endpoint[1]}" }}'
    names = ", ".join(map(quoted, prefixes(partition["regionRegex"])))
    return (
        f'Partition {{ id: "{partition["id"]}", region_prefixes: &[{names}], '
        f"pseudo_region: {optional(quoted(pseudo_region))}, global_endpoint: {optional(endpoint)}, "
        f"hosts: HostPatterns {{ regional: {regional}, {variants} }} }},"
    )


def main(version, date):
    data = pathlib.Path(botocore.__file__).parent / "data"
    partitions = json.loads((data / "partitions.json").read_text())["partitions"]
    endpoints = json.loads((data / "endpoints.json").read_text())["partitions"]
    rules = json.loads(gzip.decompress((data / "sts" / "2011-06-15" / "endpoint-rule-set-1.json.gz").read_bytes()))
    rules = Rules(rules, partitions)
    live = {name for p in endpoints for name in p["services"].get("sts", {}).get("endpoints", {})}
    fips = {name.removesuffix("-fips") for name in live if name.endswith("-fips")}
    here = pathlib.Path(__file__).parent
    with open(here / "data" / "region-coordinates.csv", newline="") as file:
        places = {row["region"]: row for row in csv.DictReader(file)}

    print(f"//! Generated by scripts/regions from botocore {version} and scripts/data/region-coordinates.csv; do not edit.\n")
    print('#![expect(clippy::approx_constant, reason = "3.14 degrees north is Kuala Lumpur, not a circle")]\n')
    print("use super::region::{Activation, Coordinates, GlobalEndpoint, HostPatterns, Partition, Region};\n")
    print(f'/// Day on which the table was generated (ISO 8601).\npub const REGION_TABLE_DATE: &str = "{date}";\n')
    print(f'/// Release of botocore that the table was generated from.\npub const REGION_TABLE_SOURCE: &str = "botocore {version}";\n')
    print("/// Every partition that AWS names, the commercial one first.\npub const PARTITIONS: &[Partition] = &[")
    for p in partitions:
        print(partition_entry(rules, p))
    print("];\n\n/// Every Region that AWS names, by partition and then by name.\npub const REGIONS: &[Region] = &[")
    for p in partitions:
        for name in sorted(p["regions"]):
            if is_pseudo(name):
                continue
            coordinates, city = "None", "None"
            if name in places:
                place = places[name]
                coordinates = f"Some(Coordinates {{ latitude: {place['latitude']}, longitude: {place['longitude']} }})"
                city = f'Some("{place["city"]}")'
            description = p["regions"][name].get("description", name)
            print(
                f'Region {{ name: "{name}", description: "{description}", partition: "{p["id"]}", '
                f"activation: Activation::{activation(p['id'], name, live)}, listed_fips: {str(name in fips).lower()}, "
                f"coordinates: {coordinates}, city: {city} }},"
            )
    print("];")


main(*sys.argv[1:])
