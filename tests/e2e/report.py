#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`stance run --analyse ... --report page.html --plot charts.svg`: pages that parse, hold all
of themselves, and are the same each time; names that strangers made up; what is refused."""

import html.parser
import pathlib
import re
import shutil
import sys
import xml.etree.ElementTree

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1])]
from kit import *  # noqa: E402,F403

VOID = {"meta", "img", "br", "link", "input", "hr"}
SVG = "{http://www.w3.org/2000/svg}"


class Page(html.parser.HTMLParser):
    """Elements are closed in order; what is in them is kept."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text, self.attributes = [], [], [], []
        self.feed(text)
        self.close()
        equal(self.open, [], "elements that are not closed")

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        equal(self.open.pop() if self.open else None, tag, f"</{tag}> closes")

    def handle_data(self, data):
        self.text.append(data)

    def find(self, tag, name):
        return [v for t, n, v in self.attributes if t == tag and n == name]


def look(path):
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    for unwanted in ("script", "link", "iframe", "object", "style"):
        equal(page.tags.count(unwanted), int(unwanted == "style"), f"{path.name}: <{unwanted}>")
    bare = re.sub(r'base64,[^"]*', "", text)
    check(not re.search(r"https?:|//[a-z]|@import|url\(", bare), f"{path.name}: leads elsewhere")
    check(not [n for _, n, _ in page.attributes if n.startswith("on")], "handlers")
    ids = [v for _, n, v in page.attributes if n == "id"]
    equal(len(ids), len(set(ids)), "ids are given once")
    for labels in page.find("svg", "aria-labelledby"):
        check(all(i in ids for i in labels.split()), f"there is no {labels}")
    equal(set(page.find("svg", "role")), {"img"}, "charts are pictures")
    check(set(page.find("th", "scope")) <= {"row", "col", "colgroup"}, "heads have a scope")
    equal(page.tags.count("h1"), 1, "one title")
    return page, text


def draw(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    equal(root.tag, SVG + "svg", path.name)
    equal([e.tag for e in root.iter() if "script" in e.tag or "image" in e.tag], [], path.name)
    check("nan" not in path.read_text() and "inf" not in path.read_text(), "numbers")
    return ["".join(e.itertext()) for e in root.iter(SVG + "text")]


work = TMP / "work"
work.mkdir()
SQUATS = "mannequin:squats?seconds=8"
MODEL = ("--model", "truth")

# ---- a run ----
stance("run", SQUATS, "--analyse", "angles,reps", "--report", "a.html", "--plot", "a.svg",
       "--json", "a.json", "--events-json", "e.json", *MODEL, cwd=work)
stance("run", SQUATS, "--analyse", "angles,reps", "--report", "b.html", "--plot", "b.svg",
       "--threads", "1", *MODEL, cwd=work)
page, text = look(work / "a.html")
for one, other in (("a.html", "b.html"), ("a.svg", "b.svg")):
    check((work / one).read_bytes() == (work / other).read_bytes(), f"{one} is not {other}")
reps = [e for e in read_json(work / "e.json")["events"] if e["kind"] == "rep"]
check(len(reps) > 0, "repetitions are found")
check(f"{len(reps)} \u00d7 squat" in "".join(page.text), "repetitions in words")
equal(text.count('<tr><th scope="row">Squat</th>'), len(reps) + 1, "a row for each, and the count")
equal(len(page.find("img", "src")), 1, "one picture")
check(page.find("img", "src")[0].startswith("data:image/jpeg;base64,/9j/"), "it is a JPEG")
check(page.find("img", "alt")[0], "it is described")
check("mannequin:squats?seconds=8" in "".join(page.text), "the source")
check(len(text) < 600000, f"{len(text)} bytes for 8 seconds")
words = draw(work / "a.svg")
for expected in ("Knee", "Hip", "Squat", "Left", "Right", "0:00", "0:07"):
    check(expected in words, f"plot: {expected} in {words}")
least = min(f["people"][0]["analysis"]["angles"]["left_knee"] if "people" in f
            else f["analysis"]["angles"]["left_knee"] for f in read_json(work / "a.json")["frames"])
row = re.search(r"Left knee</th>(.*?)</tr>", text).group(1)
cells = [re.sub(r"<.*?>", "", c) for c in re.findall(r"<td.*?</td>", row)]
equal(float(cells[2].rstrip("\u00b0")), least, "the least as in the JSON")

# ---- without a picture; from a file of poses ----
stance("run", SQUATS, "--analyse", "angles", "--report", "black.html", "--background", "black",
       *MODEL, cwd=work)
equal(look(work / "black.html")[0].tags.count("img"), 0, "black has no picture")
stance("convert", "a.json", "--analyse", "angles,reps", "--report", "c.html", "--plot", "c.svg",
       cwd=work)
equal(look(work / "c.html")[0].tags.count("img"), 0, "poses have no picture")
check(f"{len(reps)} \u00d7 squat" in "".join(look(work / "c.html")[0].text), "the same repetitions")
draw(work / "c.svg")
shown = stance("run", SQUATS, "--analyse", "angles", "--plot", "-", "--max-frames", "5", *MODEL,
               cwd=work).stdout
check(shown.startswith("<svg") and shown.endswith("</svg>\n"), "on standard output")

# ---- names that strangers made up; several inputs ----
clip = work / "clip.mp4"
stance("run", SQUATS, "--max-frames", "20", "-o", clip, *MODEL, cwd=work)
many = work / "many"
many.mkdir()
evil = "x\"><img src=x onerror=alert(1)><script>'&amp;.mp4"
shutil.copy(clip, many / evil)
shutil.copy(clip, many / "plain.mp4")
stance("run", many, "--analyse", "angles", "--report", "pages", "--plot", "plots", "--model",
       "stance-lite", cwd=work)
equal(sorted(p.name for p in (work / "pages").iterdir()),
      sorted([evil[:-3] + "html", "plain.html"]), "a folder of pages")
page, text = look(work / "pages" / (evil[:-3] + "html"))
check(evil in "".join(page.text), "the name is shown as it is")
equal(page.find("img", "onerror"), [], "and is nothing else")
check(any(evil in t for t in draw(work / "plots" / (evil[:-3] + "svg"))), "in the plot, too")
before = (work / "pages/plain.html").stat().st_mtime_ns
done = stance("run", many, "--analyse", "angles", "--report", "pages", "--plot", "plots",
              "--model", "stance-lite", "--skip-existing", cwd=work)
check("2 left out" in done.stderr, done.stderr)
equal((work / "pages/plain.html").stat().st_mtime_ns, before, "is not made again")

# ---- what is refused ----
for options, status, said in (
        (["--report", "x.html"], 1, "--analyse"),
        (["--plot", "x.svg", "--analyse", "none"], 1, "--analyse"),
        (["--report", "x.json", "--analyse", "angles"], 1, "out.html"),
        (["--report", "x.html", "--plot", "x.html", "--analyse", "angles"], 1, "twice"),
        (["--report", "no/x.html", "--analyse", "angles"], 4, "no folder"),
        (["--report", "-", "--plot", "-", "--analyse", "angles"], 1, "standard output")):
    done = stance("run", SQUATS, *options, *MODEL, cwd=work, status=status)
    check(said in done.stderr, f"{options}: {done.stderr}")
    check(not list(work.glob("x.*")), f"{options}: something is written")
done = stance("run", clip, "--analyse", "angles", "--report", clip, cwd=work, status=1)
done = stance("convert", "a.json", "--report", "x.html", cwd=work, status=1)
check("--analyse" in done.stderr, done.stderr)
finish()
