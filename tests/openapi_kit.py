# SPDX-License-Identifier: Apache-2.0
"""The API's own description (OpenAPI) held against what the server says: a reply has a status, a
type, headers and a body that are described, and no field that is not."""

import collections
import copy
import json
import re

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from kit import check, equal

# What may be said of any request, before it is looked at: another site, a host of another name, ...
ANY = {401, 403, 405, 408, 411, 413, 414, 421, 429, 431, 500, 501, 505, 507}


class Description:
    def __init__(self, document):
        validate(document)
        self.document = document
        self.schemas = document["components"]["schemas"]
        self.seen = collections.defaultdict(set)  # fields of replies, by schema
        strict = copy.deepcopy(document["components"])
        for schema in strict["schemas"].values():
            if "properties" in schema:
                schema["additionalProperties"] = False
        self.validators = {name: Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": strict})
                           for name in strict["schemas"]}

    def operations(self):
        """(method, path as described, operation) of each."""
        for path, operations in self.document["paths"].items():
            for method, operation in operations.items():
                yield method.upper(), path, operation

    def find(self, method, asked):
        """The operation of an address, (path as described, operation); None: there is none."""
        asked = asked.split("?")[0]
        method = "GET" if method == "HEAD" else method
        for path, operations in self.document["paths"].items():
            pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))
            if re.fullmatch(pattern, asked) and method.lower() in operations:
                return path, operations[method.lower()]
        return None

    def resolve(self, value):
        while "$ref" in value:
            found = self.document
            for step in value["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            value = found
        return value

    # ---- values ----

    def note(self, value, schema):
        """Which fields there were."""
        name = schema.get("$ref", "").rpartition("/")[2]
        schema = self.resolve(schema)
        if isinstance(value, list):
            for each in value:
                self.note(each, schema.get("items", {}))
        elif isinstance(value, dict):
            for key, each in value.items():
                if key in schema.get("properties", {}):
                    self.seen[name].add(key)
                    self.note(each, schema["properties"][key])

    def fits(self, value, name, what):
        """A value is as its schema says, and has no other fields."""
        errors = sorted(self.validators[name].iter_errors(value), key=lambda e: len(e.path))
        self.note(value, {"$ref": f"#/components/schemas/{name}"})
        wrong = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in errors[:3]]
        return equal(wrong, [], f"{what}: as {name} is described")

    def fits_events(self, body, content, what):
        """Server-sent events are those that are described. @return what their data are"""
        schemas, found = content["x-events"], []
        for block in body.decode().replace("\r\n", "\n").split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.splitlines() if line and line[0] != ":")
            if not fields:
                continue
            if check(fields["event"] in schemas, f"{what}: the event '{fields['event']}' is described"):
                found.append((fields["event"], json.loads(fields["data"])))
                self.fits(found[-1][1], schemas[fields["event"]]["$ref"].rpartition("/")[2], what)
        return found

    # ---- replies ----

    def response(self, method, asked, code):
        """What is described of a reply; None: nothing, and that is a failure."""
        found = self.find(method, asked)
        if not check(found, f"{method} {asked} is described"):
            return None
        responses = found[1]["responses"]
        at = str(code) if str(code) in responses else "default"
        check(at != "default" or code in ANY, f"{method} {asked}: {code} is described")
        return self.resolve(responses[at])

    def content(self, response, headers, what):
        """What is described of a body of that type; None: nothing."""
        kind = headers["Content-Type"].split(";")[0].strip()
        contents = response.get("content", {})
        for each in (kind, kind.split("/")[0] + "/*"):
            if each in contents:
                return contents[each]
        check(not contents, f"{what}: the type {kind} is described")
        return None

    def answers(self, method, asked, code, headers, body=None):
        """A reply is as described. body: None where it was not read to its end"""
        what = f"{method} {asked}: {code}"
        response = self.response(method, asked, code)
        if response is None:
            return
        for name in response.get("headers", {}):
            check(name in headers, f"{what}: the header {name}")
        content = self.content(response, headers, what)
        if content is None:
            check(body in (None, b"") or method == "HEAD", f"{what}: no body is described")
        elif body is not None and method != "HEAD":
            self.holds(content, body, what)

    def holds(self, content, body, what):
        schema = content.get("schema", {})
        if "x-events" in content:
            self.fits_events(body, content, what)
        elif "x-lines" in content:
            for line in body.splitlines():
                self.fits(json.loads(line), content["x-lines"]["$ref"].rpartition("/")[2], what)
        elif "$ref" in schema:
            self.fits(json.loads(body), schema["$ref"].rpartition("/")[2], what)
        elif schema.get("type") == "string":
            body.decode()
