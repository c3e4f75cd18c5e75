import { expect, test } from "vitest";

import { aFinding } from "./example";
import { grouped, groupOf } from "./grouping";

test("who has most that blocks comes first, and what nobody owns last", () => {
  const groups = grouped(
    [
      aFinding({ id: 1, owner: null }),
      aFinding({ id: 2, owner: "ann", standing: "warn" }),
      aFinding({ id: 3, owner: "ann", standing: "waived" }),
      aFinding({ id: 4, owner: "bob", standing: "block" }),
    ],
    "owner",
  );
  expect(groups.map((group) => [group.value, group.blocking, group.findings.length])).toEqual([
    ["bob", 1, 1],
    ["ann", 0, 2],
    [null, 1, 1],
  ]);
});

test("without groups all are one, in their order", () => {
  const groups = grouped([aFinding({ id: 9 }), aFinding({ id: 4 })], "none");
  expect(groups).toHaveLength(1);
  expect(groups[0]?.findings.map((finding) => finding.id)).toEqual([9, 4]);
});

test("an address that names no group means none", () => {
  expect([groupOf("owner"), groupOf("constructor"), groupOf(null)]).toEqual(["owner", "none", "none"]);
});
