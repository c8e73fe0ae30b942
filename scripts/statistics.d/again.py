"""The text of a published report anew: what became of each promise by the rule of this version, from the numbers as they were measured."""

import datetime
import json

import report


def outcome(cell):
    """Whether a number keeps its promise, by the rule of benches/proof/simulations/cell.rs; None where it is not decided."""
    if not report.is_limited(cell):
        return cell.get("pass")
    (kind, bound), = cell["promise"].items()
    if kind == "not-above":
        return True if cell["value"] <= bound else False if cell["low"] > bound else None
    if kind == "not-below":
        return True if cell["value"] >= bound else False if cell["high"] < bound else None
    return cell.get("pass")


def judged(path):
    """The cells of a file, which is written again with what became of their promises."""
    lines = []
    for line in path.read_text().splitlines():
        if line.startswith('{"experiment"'):
            cell = json.loads(line.rstrip(","))
            before, now = cell.get("pass"), outcome(cell)
            if before is not None and now is None:
                line = line.replace(f',"pass":{json.dumps(before)}', "")
        lines.append(line)
    path.write_text("\n".join(lines) + "\n")
    return json.loads(path.read_text())["cells"]


def promises(path, cells):
    """The promises, written again."""
    declared = json.loads(path.read_text())
    of = {cell["id"]: cell for cell in cells if report.is_limited(cell)}
    for found in declared:
        own = [of[name] for name in found["cells"] if name in of]
        found["broken"] = [cell["id"] for cell in own if cell.get("pass") is False]
        found["undecided"] = [cell["id"] for cell in own if cell.get("pass") is None]
        found["kept"] = False if found["broken"] else None if found["undecided"] or not own else True
    lines = [json.dumps(found, ensure_ascii=False, separators=(",", ":")) for found in declared]
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n")
    return declared


def table(path, cells):
    """The numbers as CSV, with what became of their promises in the last column."""
    undecided = {cell["id"] for cell in cells if report.is_undecided(cell)}
    lines = path.read_text().splitlines()
    at = lines[0].split(",").index("pass")
    assert at == len(lines[0].split(",")) - 1
    name = lines[0].split(",").index("id")
    for number, line in enumerate(lines):
        for found in undecided:
            if found in line and line.split(",", name)[name].strip('"').startswith(found):
                head, last = line.rsplit(",", 1)
                lines[number] = head + "," if last in ("true", "false") else line
    path.write_text("\n".join(lines) + "\n")


def about(made, commit):
    """Where and how the numbers were made, and when the text was."""
    rows = made.split("## Where and how")[1].splitlines()
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("| ") and not row.startswith("| |")]
    today = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    said = f"text and outcomes, not the numbers, on {today} after commit {commit}"
    return [tuple(row) for row in rows if row[0] not in ("", "written again")] + [("written again", said)]


def write(made, commit):
    """Reads the numbers, writes the text."""
    cells = [cell for name in ["results.json", "loopback.json"] if (made / name).exists() for cell in judged(made / name)]
    declared = promises(made / "promises.json", cells)
    table(made / "summary.csv", cells)
    drawn = [path.name.removesuffix("-light.svg") for path in (made / "charts").glob("*-light.svg")]
    told = about((made / "report.md").read_text(), commit)
    (made / "report.md").write_text(report.text(cells, declared, told, drawn))
