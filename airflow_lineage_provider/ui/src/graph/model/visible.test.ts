import { expect, test } from "vitest";

import { answer } from "./example";
import { knownFrom } from "./knownGraph";
import { MOST_AT_ONCE, MOST_EXPANDED, MOST_VISIBLE, visibleFrom, type Question } from "./visible";

const CHAIN = "d:a>j:1 j:1>d:b d:b>j:2 j:2>d:c d:c>j:3 j:3>d:d";

const see = (edges: string, question: Partial<Question>, depth = 10) => {
  const root = question.root ?? "d:b";
  const known = knownFrom([{ answer: answer(root, edges), direction: "both", depth }]);
  return visibleFrom(known, { root, depth: 1, direction: "both", open: [], shut: [], ...question });
};
const ids = (visible: ReturnType<typeof see>): string[] => visible.nodes.map(({ id }) => id).sort();

test("only the neighbourhood is shown, and what is behind it is counted", () => {
  const visible = see(CHAIN, {});
  expect(ids(visible)).toEqual(["d:b", "j:1", "j:2"]);
  expect(visible.hidden.get("j:2")).toEqual({ up: null, down: 1 });
  expect(visible.hidden.get("j:1")).toEqual({ up: 1, down: null });
  expect(visible.hiddenCount).toBe(4);
});

test("neighbours that the server counted are told though nobody asked for them", () => {
  const told = answer("d:b", "j:1>d:b d:b>j:2");
  const nodes = told.nodes.map((one) => ({ ...one, ...(one.id === "j:1" ? { upstream: 4, downstream: 3 } : { upstream: 1, downstream: 1 }) }));
  const known = knownFrom([{ answer: { ...told, nodes }, direction: "both", depth: 1 }]);
  const { hidden } = visibleFrom(known, { root: "d:b", depth: 1, direction: "both", open: [], shut: [] });
  expect(hidden.get("j:1")).toEqual({ up: 4, down: 2 });
  expect(hidden.get("d:b")).toEqual({ up: 0, down: 0 });
});

test("no more of one distance are shown than there is room for, of each neighbour some", () => {
  const edges = Array.from({ length: 6 }, (_, at) => `d:b>j:1 d:b>j:2 j:1>d:x${at} j:2>d:y${at}`).join(" ");
  expect(ids(see(edges, { depth: 2, ring: 4 }))).toEqual(["d:b", "d:x0", "d:x1", "d:y0", "d:y1", "j:1", "j:2"]);
});

test("one direction shows one side", () => {
  expect(ids(see(CHAIN, { direction: "upstream", depth: 5 }))).toEqual(["d:a", "d:b", "j:1"]);
});

test("an opened side shows its neighbours, and can be put away", () => {
  const visible = see(CHAIN, { open: ["down:j:2", "down:d:c"] });
  expect(ids(visible)).toEqual(["d:b", "d:c", "j:1", "j:2", "j:3"]);
  expect(visible.shutable.has("down:d:c")).toBe(true);
});

test("what was opened behind a side that is shut is gone with it", () => {
  expect(ids(see(CHAIN, { depth: 3, shut: ["down:j:2"], open: ["down:d:c"] }))).toEqual(["d:a", "d:b", "j:1", "j:2"]);
});

test("a masked node cannot be shut: without a name nobody could open it again", () => {
  const visible = see("d:b>masked:1 masked:1>d:c", { depth: 3 });
  expect(ids(visible)).toEqual(["d:b", "d:c", "masked:1"]);
  expect([...visible.shutable]).toEqual(["down:d:b"]);
});

test("a side towards the middle cannot be put away", () => {
  expect(see(CHAIN, { depth: 2 }).shutable.has("down:j:1")).toBe(false);
});

test("a component of thousands opens at its nearest nodes, on both sides", () => {
  const wide = [
    ...Array.from({ length: 3000 }, (_, at) => `j:up${at}>d:b`),
    ...Array.from({ length: 2000 }, (_, at) => `d:b>j:down${at}`),
  ].join(" ");
  const visible = see(wide, { depth: 5 });
  expect(visible.nodes).toHaveLength(2 * MOST_AT_ONCE + 1);
  expect(visible.hidden.get("d:b")).toEqual({ up: 3000 - MOST_AT_ONCE, down: 2000 - MOST_AT_ONCE });
  expect(see(wide, { open: ["up:d:b", "up:d:b"] }).nodes).toHaveLength(4 * MOST_AT_ONCE + 1);
});

test("a deep neighbourhood is cut where it cannot be laid out at once", () => {
  const jobs = Array.from({ length: 30 }, (_, at) => `d:b>j:${at}`);
  const datasets = jobs.flatMap((_, job) => Array.from({ length: 20 }, (_, at) => `j:${job}>d:${job}x${at}`));
  expect(see([...jobs, ...datasets].join(" "), { depth: 2 }).nodes).toHaveLength(MOST_VISIBLE);
});

test("one expansion adds no more than can be read, and all of them no more than can be laid out", () => {
  const wide = Array.from({ length: 100 }, (_, at) => `j:1>d:x${at}`).join(" ");
  expect(see(`d:b>j:1 ${wide}`, { open: ["down:j:1"] }).nodes).toHaveLength(2 + MOST_AT_ONCE);
  const many = Array.from({ length: 20 }, (_, job) => [`d:b>j:${job}`, ...Array.from({ length: 30 }, (_, at) => `j:${job}>d:${job}x${at}`)]);
  const open = Array.from({ length: 20 }, (_, job) => `down:j:${job}` as const);
  expect(see(many.flat().join(" "), { open }).nodes).toHaveLength(MOST_EXPANDED);
});

test("a circle ends", () => {
  expect(ids(see("d:b>j:1 j:1>d:b", { depth: 5 }))).toEqual(["d:b", "j:1"]);
});

test("what is next to a masked node is not offered", () => {
  expect(see("d:b>masked:1", {}).hidden.get("masked:1")).toEqual({ up: 0, down: 0 });
});
