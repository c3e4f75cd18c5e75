import { expect, test } from "vitest";

import { layersOf } from "./layers";

const node = (id: string) => ({ id, name: id });
const edge = (source: string, target: string) => ({ source, target });

test("nodes stand by their distance, upstream first", () => {
  const layers = layersOf(
    {
      root: "dag",
      nodes: ["dag", "in", "out", "far", "next"].map(node),
      edges: [edge("in", "dag"), edge("dag", "out"), edge("far", "in"), edge("out", "next")],
    },
    8,
  );
  expect(layers.map(({ step, nodes }) => [step, nodes.map(({ id }) => id)])).toEqual([
    [-2, ["far"]],
    [-1, ["in"]],
    [0, ["dag"]],
    [1, ["out"]],
    [2, ["next"]],
  ]);
});

test("what is read and written stands once, before the DAG", () => {
  const layers = layersOf(
    { root: "dag", nodes: ["dag", "both"].map(node), edges: [edge("both", "dag"), edge("dag", "both")] },
    8,
  );
  expect(layers.map(({ step }) => step)).toEqual([-1, 0]);
});

test("of many nodes the first are shown and the others counted", () => {
  const names = Array.from({ length: 12 }, (_, at) => `d${String(at).padStart(2, "0")}`);
  const layers = layersOf(
    { root: "dag", nodes: [node("dag"), ...names.map(node)], edges: names.map((name) => edge(name, "dag")) },
    5,
  );
  expect(layers[0]?.nodes.map(({ id }) => id)).toEqual(["d00", "d01", "d02", "d03", "d04"]);
  expect(layers[0]?.hidden).toBe(7);
});

test("a node that no way leads to is left out", () => {
  expect(layersOf({ root: "dag", nodes: [node("dag"), node("x")], edges: [] }, 5)).toHaveLength(1);
});
