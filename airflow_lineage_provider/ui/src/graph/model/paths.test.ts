import { expect, test } from "vitest";

import { lineageOf, nodesBetween } from "./paths";

const EDGES = ["a>b", "b>c", "a>x", "x>c", "c>d", "y>c"].map((text) => {
  const [source = "", target = ""] = text.split(">");
  return { source, target };
});

test("all ways between two nodes are found, whichever was picked first", () => {
  const way = new Set(["a", "b", "x", "c"]);
  expect(nodesBetween(EDGES, "a", "c")).toEqual(way);
  expect(nodesBetween(EDGES, "c", "a")).toEqual(way);
});

test("two nodes that only share a source have no way between them", () => {
  expect(nodesBetween(EDGES, "b", "x").size).toBe(0);
});

test("the lineage of a node leaves out its siblings", () => {
  expect(lineageOf(EDGES, "b")).toEqual(new Set(["a", "b", "c", "d"]));
});
