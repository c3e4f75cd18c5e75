"""What becomes of each file of the corpus: nothing is wrong with it, or these problems in this order.

A problem is written ``line N, path: part of the message``.
"""

from __future__ import annotations

OUTCOMES: dict[str, tuple[str, ...]] = {
    "3-0-0": (),
    "3-0-1": (),
    "3-0-2": (),
    "3-0-custom-property-without-a-value": (),
    "3-0-exclusive-bounds-are-flags": (),
    "3-0-exclusive-bounds-as-numbers": (
        "line 11, schema[0].properties[0].logicalTypeOptions.exclusiveMinimum: must be true or false, not the number 0",
    ),
    "3-0-member-without-a-name": (),
    "3-0-rule-without-a-type": (
        "line 10, schema[0].properties[0].quality[0].rule: is missing; add it; it is required before v3.1.0",
    ),
    "3-0-several-operators": (),
    "3-0-support-without-a-url": (
        "line 6, support[0].url: is missing; add it; it is required before v3.1.0",
    ),
    "3-0-typo-in-a-member": ("line 8, team[0].rol: unknown key; did you mean 'role'?",),
    "3-0-typo-in-a-role": ("line 8, roles[0].acess: unknown key; did you mean 'access'?",),
    "3-0-typo-in-a-server": ("line 7, servers[0].hots: unknown key; did you mean 'host'?",),
    "3-0-typo-in-an-sla": ("line 7, slaProperties[0].unti: unknown key; did you mean 'unit'?",),
    "3-0-typo-in-support": ("line 7, support[0].tol: unknown key; did you mean 'tool'?",),
    "3-0-with-a-hive-server": (
        "line 7, servers[0].type: is 'hive', which came with v3.1.0; set apiVersion: v3.1.0 or use one of",
    ),
    "3-0-with-a-metric": (
        "line 11, schema[0].properties[0].quality[0].metric: came with v3.1.0; set apiVersion: v3.1.0 or remove it",
        "line 11, schema[0].properties[0].quality[0].rule: is missing; add it; it is required before v3.1.0",
    ),
    "3-0-with-a-team-object": (
        "line 6, team: must be a list, not a mapping; a mapping came with v3.1.0; set apiVersion: v3.1.0 or change it",
    ),
    "3-0-with-a-time": (
        "line 10, schema[0].properties[0].logicalType: is 'time', which came with v3.1.0; set apiVersion: v3.1.0 or use one of",
    ),
    "3-0-with-a-timestamp": (
        "line 10, schema[0].properties[0].logicalType: is 'timestamp', which came with v3.1.0; set apiVersion: v3.1.0 or use one of",
    ),
    "3-0-with-ids": (
        "line 7, schema[0].id: came with v3.1.0; set apiVersion: v3.1.0 or remove it",
        "line 10, schema[0].properties[0].id: came with v3.1.0; set apiVersion: v3.1.0 or remove it",
    ),
    "3-0-with-relationships": (
        "line 10, schema[0].properties[0].relationships: came with v3.1.0; set apiVersion: v3.1.0 or remove it",
        "line 11, schema[0].relationships: came with v3.1.0; set apiVersion: v3.1.0 or remove it",
    ),
    "3-1-0": (),
    "3-1-athena-without-a-staging-folder": (
        "line 7, servers[0].stagingDir: is missing; add it, such as s3://my_storage_account_name/my_container/path; it is required before v3.2.0",
    ),
    "3-1-custom-property-without-a-value": ("line 6, customProperties[0].value: is missing; add it",),
    "3-1-exclusive-bounds-as-flags": (
        "line 11, schema[0].properties[0].logicalTypeOptions.exclusiveMinimum: must be a number, not true or false",
    ),
    "3-1-exclusive-bounds-as-numbers": (),
    "3-1-reference-of-three-parts": (
        "line 10, schema[0].properties[0].relationships[0].to: 'shop.customers.id' does not match '^[A-Za-z_][A-Za-z0-9_]*\\\\.[A-Za-z_][A-Za-z0-9_]*$'",
    ),
    "3-1-relationship-with-its-own-column": (
        "line 10, schema[0].properties[0].relationships[0].from: has no place here; remove it",
    ),
    "3-1-several-operators": (
        "line 10, schema[0].properties[0].quality[0]: has mustBeGreaterThan and mustBeLessThan; keep one of them",
    ),
    "3-1-with-a-context": ("line 6, context: came with v3.2.0; set apiVersion: v3.2.0 or remove it",),
    "3-1-with-a-map": (
        "line 10, schema[0].properties[0].logicalType: is 'map', which came with v3.2.0; set apiVersion: v3.2.0 or use one of",
        "line 11, schema[0].properties[0].map: came with v3.2.0; set apiVersion: v3.2.0 or remove it",
    ),
    "3-1-with-a-placeholder-for-a-port": (
        "line 7, servers[0].port: must be a whole number, not text; text came with v3.2.0; set apiVersion: v3.2.0 or change it",
    ),
    "3-1-with-a-teradata-server": (
        "line 7, servers[0].type: is 'teradata', which came with v3.2.0; set apiVersion: v3.2.0 or use one of",
    ),
    "3-1-with-a-vector": (
        "line 10, schema[0].properties[0].logicalType: is 'vector', which came with v3.2.0; set apiVersion: v3.2.0 or use one of",
    ),
    "3-1-with-an-enum": (
        "line 11, schema[0].properties[0].enum: came with v3.2.0; set apiVersion: v3.2.0 or remove it",
    ),
    "3-1-with-synonyms-and-deprecated": (
        "line 10, schema[0].properties[0].deprecated: came with v3.2.0; set apiVersion: v3.2.0 or remove it",
        "line 11, schema[0].synonyms: came with v3.2.0; set apiVersion: v3.2.0 or remove it",
    ),
    "3-1-without-a-status": (
        "line 1, status: is missing; add it, such as proposed, draft, active, deprecated, retired; it is required before v3.2.0",
    ),
    "3-2-0-without-a-status": (),
    "3-2-0": (),
    "3-2-athena-without-a-staging-folder": (),
    "3-2-enum-without-values": ("line 10, schema[0].properties[0].enum: [] should be non-empty",),
    "3-2-map-without-a-key": ("line 11, schema[0].properties[0].map.key: is missing; add it",),
    "3-2-reference-of-three-parts": (),
    "3-2-unknown-semantic-type": (
        "line 10, schema[0].properties[0].semanticType: is 'mesure'; did you mean 'measure'? allowed: column, measure, dimension",
    ),
    "3-2-vector-of-no-dimensions": (
        "line 11, schema[0].properties[0].logicalTypeOptions.dimensions: 0 is less than the minimum of 1",
    ),
    "3-2-vector-without-dimensions": (
        "line 11, schema[0].properties[0].logicalTypeOptions.dimensions: is missing; add it, such as 384, 768, 1024, 1536, 3072",
    ),
    "a-bomb-of-aliases": ("line 1: holds more than 200000 values once its aliases are expanded",),
    "a-column-with-a-physical-type-only": (),
    "a-column-without-a-name": ("line 9, schema[0].properties[0].name: is missing; add it",),
    "a-key-that-is-a-list": ("line 6: a key must be text",),
    "a-key-that-stands-twice": ("line 6, id: stands here twice; keep one of them",),
    "a-key-twice-in-a-column": (
        "line 11, schema[0].properties[0].required: stands here twice; keep one of them",
    ),
    "a-list": (
        "line 1: the top level is a list; a contract is a mapping with apiVersion, kind, id and version",
    ),
    "a-map-that-does-not-say-of-what": ("line 10, schema[0].properties[0].map: is missing; add it",),
    "a-merge-of-a-text": ("line 7, price: << merges mappings only",),
    "a-nested-array-of-arrays": (),
    "a-nul": ("line 6, name: holds a character that no database can store (NUL or half a surrogate pair)",),
    "a-null-for-a-name": ('line 6, name: must be text, not empty; write it in quotes: name: ""',),
    "a-numeric-column-name": (
        'line 9, schema[0].properties[0].name: must be text, not the number 2024; write it in quotes: name: "2024"',
    ),
    "a-numeric-id": ('line 3, id: must be text, not the number 42; write it in quotes: id: "42"',),
    "a-placeholder-for-a-port": (),
    "a-python-object": (
        "line 6, name: has the YAML tag tag:yaml.org,2002:python/object:os.system, which a contract cannot have; remove it",
    ),
    "a-server-without-its-fields": (
        "line 7, servers[0].database: is missing; add it",
        "line 7, servers[0].port: is missing; add it",
        "line 7, servers[0].schema: is missing; add it",
    ),
    "a-tab": (
        "line 7: not valid YAML: found character '\\t' that cannot start any token; YAML indents with spaces, not with tabs",
    ),
    "a-text": (
        "line 1: the top level is a single value; a contract is a mapping with apiVersion, kind, id and version",
    ),
    "an-alias-of-itself": ("line 6: is nested more than 64 deep, or an alias holds itself",),
    "an-id-that-is-too-long": ("line 3, id: has 251 characters; at most 250 are possible",),
    "an-id-with-a-hash": ("line 7, schema[0].id: 'a#b' does not match '^[A-Za-z0-9_-]+$'",),
    "an-open-bracket": ("line 7: not valid YAML: expected ',' or ']', but got '<stream end>'",),
    "an-unknown-alias": ("line 6: not valid YAML: found undefined alias 'missing'",),
    "an-unquoted-date-among-examples": (),
    "anchors-aliases-and-merges": (),
    "apiversion-2": (
        "line 1, apiVersion: is 'v2.2.2', which is no version of ODCS that can be read; move the contract to one of",
    ),
    "apiversion-of-the-future": (
        "line 1, apiVersion: is 'v3.9.0', which is newer than what the installed open-data-contract-standard package knows; upgrade it or use one of",
    ),
    "apiversion-that-is-a-number": (
        "line 1, apiVersion: is 3.1, which is no version of ODCS that can be read; move the contract to one of",
    ),
    "apiversion-without-v": ("line 1, apiVersion: is '3.1.0'; write v3.1.0",),
    "binary": (
        "line 6, name: has the YAML tag tag:yaml.org,2002:binary, which a contract cannot have; remove it",
    ),
    "comments-and-a-document-marker": (),
    "custom-rule-without-an-engine": (
        "line 10, schema[0].properties[0].quality[0].engine: is missing; add it, such as soda, great-expectations, monte-carlo, dbt",
    ),
    "dimension-with-a-typo": (
        "line 10, schema[0].properties[0].quality[0].dimension: is 'completness'; did you mean 'completeness'? allowed",
    ),
    "empty-id": ("line 3, id: must not be empty",),
    "empty": ("no line: the file is empty; a contract starts with apiVersion, kind, id and version",),
    "every-section-3-0-0": (),
    "every-section-3-0-1": (),
    "every-section-3-0-2": (),
    "every-section-3-1-0": (),
    "every-section-3-2-0": (),
    "half-a-surrogate-pair": (
        "line 6, name: holds a character that no database can store (NUL or half a surrogate pair)",
    ),
    "letters-of-other-scripts": (),
    "many-problems-at-once": (
        'line 4, version: must be text, not the number 2; write it in quotes: version: "2"',
        "line 6, taggs: unknown key; did you mean 'tags'?",
        "line 11, schema[0].properties[0].requird: unknown key; did you mean 'required'?",
        "line 13, schema[0].properties[1].logicalType: is 'datum'; did you mean 'date'? allowed",
        "line 15, team.membrs: unknown key; did you mean 'members'?",
    ),
    "no-apiversion": ("line 1, apiVersion: is missing; add one of v3.2.0, v3.1.0, v3.0.2, v3.0.1, v3.0.0",),
    "no-id": ("line 1, id: is missing; add it",),
    "not-a-number": (
        "line 7, slaProperties[0].value: is no finite number; write it in quotes if it is text",
    ),
    "numeric-version": (
        'line 4, version: must be text, not the number 1.1; write it in quotes: version: "1.10"',
    ),
    "only-a-comment": (
        "no line: the file is empty; a contract starts with apiVersion, kind, id and version",
    ),
    "properties-as-a-mapping": ("line 8, schema[0].properties: must be a list, not a mapping",),
    "required-as-yes": (),
    "required-in-quotes": ("line 10, schema[0].properties[0].required: must be true or false, not text",),
    "rule-between-one-number": (
        "line 10, schema[0].properties[0].quality[0].mustBeBetween: [1] is too short",
    ),
    "schema-as-a-mapping": ("line 6, schema: must be a list, not a mapping",),
    "servers-of-many-types": (),
    "sql-rule-without-a-query": (
        "line 10, schema[0].properties[0].quality[0].query: is missing; add it, such as SELECT COUNT(*) FROM ${table} WHERE ${column} IS NOT NULL",
    ),
    "support-channels": (),
    "support-that-is-a-mapping": ("line 6, support: must be a list, not a mapping",),
    "tags-as-a-text": ("line 6, tags: must be a list, not text",),
    "team-as-a-list": (),
    "team-as-an-object": (),
    "the-least-a-contract-can-be": (),
    "two-documents": ("line 6: not valid YAML: but found another document",),
    "two-schema-objects-of-one-name": ("line 8, schema[1].name: is 'o', as in schema[0]; names must differ",),
    "typo-at-the-top": ("line 6, servrs: unknown key; did you mean 'servers'?",),
    "typo-in-a-custom-property": (
        "line 6, customProperties[0].property: is missing; add it",
        "line 6, customProperties[0].propertyy: unknown key; did you mean 'property'?",
    ),
    "typo-in-a-member-of-a-list": (
        "line 7, team[0].username: is missing; add it",
        "line 7, team[0].usrname: unknown key; did you mean 'username'?",
    ),
    "typo-in-a-member-of-an-object": ("line 10, team.members[0].rol: unknown key; did you mean 'role'?",),
    "typo-in-a-nested-property": (
        "line 13, schema[0].properties[0].properties[0].logicaltype: unknown key; did you mean 'logicalType'?",
    ),
    "typo-in-a-price": ("line 6, price.priceAmont: unknown key; did you mean 'priceAmount'?",),
    "typo-in-a-property": (
        "line 12, schema[0].properties[0].requird: unknown key; did you mean 'required'?",
    ),
    "typo-in-a-quality-metric": (
        "line 14, schema[0].properties[0].quality[0].metric: is 'nulValues'; did you mean 'nullValues'? allowed",
    ),
    "typo-in-a-role": ("line 7, roles[0].acess: unknown key; did you mean 'access'?",),
    "typo-in-a-schema-object": ("line 8, schema[0].physicalNam: unknown key; did you mean 'physicalName'?",),
    "typo-in-a-server": ("line 7, servers[0].hots: unknown key; did you mean 'host'?",),
    "typo-in-an-array-item": (
        "line 12, schema[0].properties[0].items.logicaltype: unknown key; did you mean 'logicalType'?",
    ),
    "typo-in-an-sla": ("line 7, slaProperties[0].unti: unknown key; did you mean 'unit'?",),
    "typo-in-options": (
        "line 11, schema[0].properties[0].logicalTypeOptions.maxLenght: unknown key; did you mean 'maxLength'?",
    ),
    "unicode-everywhere": (),
    "unknown-logical-type": (
        "line 11, schema[0].properties[0].logicalType: is 'int'; did you mean 'integer'? allowed",
    ),
    "unknown-server-type": ("line 7, servers[0].type: is 'postgre'; did you mean 'postgres'? allowed",),
    "unquoted-dates": (),
    "unquoted-timestamp": (),
    "whole-numeric-version": (
        'line 4, version: must be text, not the number 2; write it in quotes: version: "2"',
    ),
    "windows-line-ends": ("line 6, servrs: unknown key; did you mean 'servers'?",),
    "wrong-kind": ("line 2, kind: is 'DataProduct'; did you mean 'DataContract'? allowed: DataContract",),
}
