"""Contract texts: each has a name, a text, and the problems it has (none: it is valid)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    problems: tuple[str, ...] = ()
    """Parts of the messages, in order. Every problem must be listed."""


HEAD = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: "1.0.0"
status: active
"""

COLUMNS = """\
schema:
  - name: orders
    physicalName: public.orders
    properties:
      - name: id
        logicalType: integer
        required: true
"""


def head(**changes: str | None) -> str:
    values: dict[str, str | None] = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "orders",
        "version": '"1.0.0"',
        "status": "active",
    }
    values.update(changes)
    return "".join(f"{key}: {value}\n" for key, value in values.items() if value is not None)


def wide(columns: int) -> str:
    lines = [f"      - {{name: c{number}, logicalType: string}}" for number in range(columns)]
    return HEAD + "schema:\n  - name: wide\n    properties:\n" + "\n".join(lines) + "\n"


VALID = [
    Case("the least a contract can be", HEAD),
    Case("3.0.0", head(apiVersion="v3.0.0") + COLUMNS),
    Case("3.0.1", head(apiVersion="v3.0.1") + COLUMNS),
    Case("3.0.2", head(apiVersion="v3.0.2") + COLUMNS),
    Case("3.1.0", HEAD + COLUMNS),
    Case("3.2.0", head(apiVersion="v3.2.0") + COLUMNS),
    Case("3.2.0 without a status", head(apiVersion="v3.2.0", status=None) + COLUMNS),
    Case("team as a list", head(apiVersion="v3.0.2") + "team:\n  - username: ann\n    role: owner\n"),
    Case(
        "team as an object",
        HEAD + "team:\n  name: shop\n  members:\n    - username: ann\n      role: owner\n",
    ),
    Case(
        "unquoted dates", HEAD + "team:\n  - username: ann\n    dateIn: 2022-08-02\n    dateOut: 2030-01-01\n"
    ),
    Case("unquoted timestamp", HEAD + "contractCreatedTs: 2022-11-15T02:59:43+00:00\n"),
    Case(
        "an unquoted date among examples",
        HEAD + "schema:\n  - name: o\n    properties:\n      - name: day\n        examples: [2024-01-01]\n",
    ),
    Case(
        "anchors, aliases and merges",
        HEAD + "team:\n  - &a {username: ann, role: owner}\n  - {<<: *a, username: bob}\n",
    ),
    Case("comments and a document marker", f"---\n# the shop's orders\n{HEAD}"),
    Case(
        "support channels",
        HEAD + "support:\n  - channel: '#orders'\n    url: https://chat.example.com/orders\n",
    ),
    Case("450 columns", wide(450)),
    Case(
        "a column with a physical type only",
        HEAD + COLUMNS.replace("logicalType: integer", "physicalType: bigint"),
    ),
    Case(
        "a placeholder for a port",
        HEAD
        + "servers:\n  - {server: p, type: postgres, host: h, port: '${PORT}', database: d, schema: s}\n",
    ),
    Case("letters of other scripts", HEAD + "name: Aufträge 注文\n"),
]

INVALID = [
    Case("empty", "", ("x.yaml: the file is empty",)),
    Case("only a comment", "# nothing\n", ("the file is empty",)),
    Case("a list", "- a\n- b\n", ("x.yaml:1: the top level is a list",)),
    Case("a text", "hello", ("the top level is a single value",)),
    Case("a tab", f"{HEAD}servers:\n\t- server: p\n", ("x.yaml:7: not valid YAML",)),
    Case("an open bracket", f"{HEAD}tags: [a, b\n", ("not valid YAML",)),
    Case("two documents", f"{HEAD}---\n{HEAD}", ("not valid YAML",)),
    Case("a key that stands twice", f"{HEAD}id: other\n", ("x.yaml:6: id: stands here twice",)),
    Case("no apiVersion", head(apiVersion=None), ("apiVersion: is missing; add one of v3.2.0",)),
    Case(
        "apiVersion without v", head(apiVersion="3.1.0"), ("x.yaml:1: apiVersion: is '3.1.0'; write v3.1.0",)
    ),
    Case("apiVersion of the future", head(apiVersion="v3.9.0"), ("newer than what the installed",)),
    Case("apiVersion 2", head(apiVersion="v2.2.2"), ("no version of ODCS that can be read",)),
    Case(
        "apiVersion that is a number",
        head(apiVersion="3.1"),
        ("x.yaml:1: apiVersion: is 3.1, which is no version",),
    ),
    Case(
        "numeric version",
        head(version="1.10"),
        ('x.yaml:4: version: must be text, not the number 1.1; write it in quotes: version: "1.10"',),
    ),
    Case(
        "whole numeric version",
        head(version="2"),
        ('version: must be text, not the number 2; write it in quotes: version: "2"',),
    ),
    Case("no id", head(id=None), ("id: is missing; add it",)),
    Case("empty id", head(id='""'), ("id: must not be empty",)),
    Case("3.1 without a status", head(status=None), ("status: is missing; v3.1.0 requires it",)),
    Case("wrong kind", head(kind="DataProduct"), ("x.yaml:2: kind: is 'DataProduct'",)),
    Case(
        "typo at the top", f"{HEAD}servrs: []\n", ("x.yaml:6: servrs: unknown key; did you mean 'servers'?",)
    ),
    Case(
        "typo in a schema object",
        f"{HEAD}schema:\n  - name: o\n    physicalNam: o\n",
        ("x.yaml:8: schema[0].physicalNam: unknown key; did you mean 'physicalName'?",),
    ),
    Case(
        "typo in a property",
        HEAD + COLUMNS.replace("required", "requird"),
        ("x.yaml:12: schema[0].properties[0].requird: unknown key; did you mean 'required'?",),
    ),
    Case(
        "typo in a nested property",
        f"{HEAD}schema:\n  - name: o\n    properties:\n      - name: address\n        logicalType: object\n"
        "        properties:\n          - name: zip\n            logicaltype: string\n",
        (
            "x.yaml:13: schema[0].properties[0].properties[0].logicaltype: unknown key; did you mean 'logicalType'?",
        ),
    ),
    Case(
        "typo in a quality metric",
        HEAD + COLUMNS + "        quality:\n          - {metric: nulValues, mustBe: 0}\n",
        ("schema[0].properties[0].quality[0].metric: is 'nulValues'; did you mean 'nullValues'?",),
    ),
    Case(
        "a map that does not say of what",
        head(apiVersion="v3.2.0") + COLUMNS.replace("integer", "map"),
        ("schema[0].properties[0].map: is missing",),
    ),
    Case(
        "unknown logical type",
        HEAD + COLUMNS.replace("integer", "int"),
        ("logicalType: is 'int'; did you mean",),
    ),
    Case(
        "typo in a member of a list",
        f"{HEAD}team:\n  - usrname: bob\n",
        ("team[0].username: is missing", "x.yaml:7: team[0].usrname: unknown key; did you mean 'username'?"),
    ),
    Case(
        "typo in a member of an object",
        f"{HEAD}team:\n  name: shop\n  members:\n    - username: bob\n      rol: owner\n",
        ("x.yaml:10: team.members[0].rol: unknown key; did you mean 'role'?",),
    ),
    Case(
        "typo in a server",
        f"{HEAD}servers:\n  - {{server: p, type: kafka, host: h, hots: i}}\n",
        ("servers[0].hots: unknown key; did you mean 'host'?",),
    ),
    Case(
        "unknown server type",
        f"{HEAD}servers:\n  - {{server: p, type: postgre}}\n",
        ("servers[0].type: is 'postgre'; did you mean 'postgres'?",),
    ),
    Case(
        "a server without its fields",
        f"{HEAD}servers:\n  - {{server: p, type: postgres, host: h}}\n",
        ("servers[0].database: is missing", "servers[0].port: is missing", "servers[0].schema: is missing"),
    ),
    Case(
        "support that is a mapping",
        f"{HEAD}support: {{channel: a}}\n",
        ("support: must be a list, not a mapping",),
    ),
    Case(
        "two schema objects of one name",
        f"{HEAD}schema:\n  - name: o\n  - name: o\n",
        ("schema[1].name: is 'o', as in schema[0]",),
    ),
    Case("an id that is too long", head(id="x" * 251), ("id: has 251 characters; at most 250",)),
    Case("a python object", f"{HEAD}name: !!python/object:os.system {{}}\n", ("has the YAML tag",)),
    Case("binary", f"{HEAD}name: !!binary aGVsbG8=\n", ("has the YAML tag",)),
    Case(
        "not a number",
        f"{HEAD}slaProperties:\n  - {{property: latency, value: .nan}}\n",
        ("is no finite number",),
    ),
    Case("half a surrogate pair", f'{HEAD}name: "\\ud800"\n', ("no database can store",)),
    Case("a NUL", f'{HEAD}name: "\\0"\n', ("no database can store",)),
    Case("an alias of itself", f"{HEAD}tags: &a [*a]\n", ("nested more than 64 deep",)),
    Case("deep nesting", f"{HEAD}tags: {'[' * 3000}\n", ("nested too deeply",)),
    Case(
        "a bomb of aliases",
        "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)),
        ("holds more than 200000 values",),
    ),
    Case("too large", "#" * (2 * 1024 * 1024 + 1), ("larger than 2048 KB",)),
]
