import { expect, test } from "vitest";

import { destinationOf, mapIndexOf } from "./destination";

test.each([
  [{}, "nav"],
  [{ assetUri: "s3://lake/orders" }, "asset"],
  [{ dagId: "shop" }, "dag"],
  [{ dagId: "shop", runId: "r" }, "dag_run"],
  [{ dagId: "shop", taskId: "load" }, "task"],
  [{ dagId: "shop", runId: "r", taskId: "load", mapIndex: "-1" }, "task_instance"],
] as const)("%j is the place %s", (props, expected) => {
  expect(destinationOf(props)).toBe(expected);
});

test("what is no map index is none", () => {
  expect(mapIndexOf({ mapIndex: "3" })).toBe(3);
  expect(mapIndexOf({})).toBe(-1);
  expect(mapIndexOf({ mapIndex: "{MAP_INDEX}" })).toBe(-1);
});
