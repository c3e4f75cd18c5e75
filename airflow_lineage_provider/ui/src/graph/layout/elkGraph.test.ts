import { createRequire } from "node:module";

import { expect, test } from "vitest";

import { fromElk, toElk, type ElkNode } from "./elkGraph";

const size = { width: 220, height: 48 };
const sizes = new Map(["a", "b", "c", "d"].map((id) => [id, size]));
const edges = [
  { source: "a", target: "b" },
  { source: "b", target: "c" },
  { source: "a", target: "c" },
  { source: "d", target: "d" },
  { source: "a", target: "gone" },
];

/** The real one, in this process. */
const elk = (graph: ElkNode): Promise<ElkNode> => {
  const ELK = createRequire(import.meta.url)("elkjs/lib/elk.bundled.js") as new () => { layout: (graph: ElkNode) => Promise<ElkNode> };
  return new ELK().layout(graph);
};

test("edges to nowhere and to oneself are not laid out", () => {
  expect(toElk({ sizes, edges, groups: new Map() }).edges).toHaveLength(3);
});

test("data flows from left to right and nothing overlaps", async () => {
  const { places, bends } = fromElk(await elk(toElk({ sizes, edges, groups: new Map() })));
  const [a, b, c] = ["a", "b", "c"].map((id) => places.get(id) ?? { x: 0, y: 0, width: 0, height: 0 });
  expect(a && b && a.x + a.width).toBeLessThan(b?.x ?? 0);
  expect(b && c && b.x + b.width).toBeLessThan(c?.x ?? 0);
  // It goes past b, which lies between.
  expect(bends.get("a\nc")?.length).toBeGreaterThan(0);
});

test("nodes of a box are told from its corner, and the box holds them", async () => {
  const groups = new Map([["b", "shop"], ["c", "shop"]]);
  const { places } = fromElk(await elk(toElk({ sizes, edges, groups })));
  const box = places.get("group:shop");
  const inner = places.get("c");
  expect(inner && box && inner.x + inner.width).toBeLessThanOrEqual(box?.width ?? 0);
  expect(inner?.y).toBeGreaterThan(20);
});
