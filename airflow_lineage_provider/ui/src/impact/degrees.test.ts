import { expect, test } from "vitest";

import { byDegree, dagsOf, ownersOf } from "./degrees";
import { anItem } from "./example";

test("degrees come nearest first, each with what it holds", () => {
  const degrees = byDegree([
    anItem({ id: "c", degree: "3+", type: "job" }),
    anItem({ id: "a", degree: "1", type: "job", owners: ["zoe", "ann"] }),
    anItem({ id: "b", degree: "1", owners: ["ann"] }),
  ]);
  expect(degrees.map((each) => [each.degree, each.datasets, each.jobs])).toEqual([
    ["1", 1, 1],
    ["3+", 0, 1],
  ]);
  expect(degrees[0]?.owners).toEqual(["ann", "zoe"]);
});

test("owners and DAGs are named once", () => {
  const items = [anItem({ dag_ids: ["b", "a"] }), anItem({ dag_ids: ["a"] })];
  expect(dagsOf(items)).toEqual(["a", "b"]);
  expect(ownersOf(items)).toEqual(["finance"]);
});
