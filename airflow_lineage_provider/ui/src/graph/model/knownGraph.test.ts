import { expect, test } from "vitest";

import { answer } from "./example";
import { knownFrom } from "./knownGraph";

test("neighbours nearer than the depth are all told, those at its end may have more", () => {
  const { complete } = knownFrom([{ answer: answer("d:b", "d:a>j:1 j:1>d:b"), direction: "upstream", depth: 2 }]);
  expect(complete.up).toEqual(new Set(["d:b", "j:1"]));
  expect(complete.down.size).toBe(0);
});

test("of a truncated answer nothing is told in full", () => {
  const told = { answer: answer("d:b", "d:a>j:1 j:1>d:b", { truncated: true }), direction: "both", depth: 3 } as const;
  expect(knownFrom([told]).complete.up.size).toBe(0);
});

test("an edge that two answers tell is there once", () => {
  const known = knownFrom([
    { answer: answer("d:a", "d:a>j:1"), direction: "downstream", depth: 1 },
    { answer: answer("j:1", "d:a>j:1 j:1>d:b"), direction: "both", depth: 1 },
  ]);
  expect(known.edges).toHaveLength(2);
  expect(known.neighbours.down.get("j:1")).toEqual(["d:b"]);
});

test("a masked node of one answer is not that of another, and not there twice", () => {
  const known = knownFrom([
    { answer: answer("d:a", "d:a>masked:1 d:a>j:1"), direction: "downstream", depth: 1 },
    { answer: answer("j:1", "j:1>masked:1"), direction: "downstream", depth: 1 },
    { answer: answer("d:a", "d:a>masked:1 d:a>j:1"), direction: "downstream", depth: 1 },
  ]);
  expect([...known.nodes.keys()].filter((id) => id.startsWith("masked:"))).toEqual(["masked:1@1", "masked:1@2"]);
  expect(known.neighbours.down.get("j:1")).toEqual(["masked:1@1"]);
  expect(known.neighbours.down.get("d:a")).toContain("masked:1@2");
});
