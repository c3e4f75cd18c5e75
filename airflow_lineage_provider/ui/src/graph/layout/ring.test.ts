import { expect, test } from "vitest";

import { answer } from "../model/example";
import { knownFrom } from "../model/knownGraph";
import { visibleFrom } from "../model/visible";
import { boundsOf, isReadable } from "./frame";
import { ringThatFits } from "./ring";
import { ROOMY } from "./size";
import { drawnAtHand } from "./useLayout";

/** What is left for the graph in Airflow's page in windows of 1280 by 800 and of 1920 by 1080. */
const NARROW = { width: 1208, height: 676 };
const WIDE = { width: 1848, height: 956 };

const open = (edges: string, depth: number, room: typeof NARROW) => {
  const known = knownFrom([{ answer: answer("d:root", edges), direction: "both", depth: depth + 1 }]);
  const question = { root: "d:root", depth, direction: "both", open: [], shut: [] } as const;
  const ring = ringThatFits(known, question, room);
  const visible = visibleFrom(known, { ...question, ring });
  const drawn = drawnAtHand({ visible, groups: new Map(), withColumns: false }, room);
  return { ring, visible, ...drawn, bounds: boundsOf(drawn.layout.places.values()) };
};
const chain = (steps: number): string =>
  Array.from({ length: steps }, (_, at) => [`${at ? `d:up${at}` : "d:root"}`, `d:down${at}`]).flatMap(([up, down], at) => [
    `d:up${at + 1}>${up}`,
    `${at ? `d:down${at}` : "d:root"}>${down?.replace(/\d+$/, String(at + 1))}`,
  ]).join(" ");
/** Everything comes from as many and goes to as many, each of which has one further neighbour. */
const star = (count: number): string =>
  Array.from({ length: count }, (_, at) => `d:root>j:${at} j:${at}>d:long_name_of_a_table_${at} d:from_${at}>j:w${at} j:w${at}>d:root`).join(" ");

test.each([
  [2, NARROW],
  [3, NARROW],
  [4, NARROW],
  [5, WIDE],
])("a chain of %i steps to each side is seen as a whole", (depth, room) => {
  const { visible, bounds } = open(chain(depth + 2), depth, room);
  expect(visible.nodes).toHaveLength(2 * depth + 1);
  expect(isReadable(bounds, room)).toBe(true);
});

test("nodes are no narrower than they have to be", () => {
  expect(open(chain(4), 2, NARROW).density).toEqual(ROOMY);
  expect(open(chain(5), 3, WIDE).density).toEqual(ROOMY);
  const widths = [2, 3, 4].map((depth) => open(chain(6), depth, NARROW).density.nodeWidth);
  expect(widths).toEqual([...widths].sort((one, other) => other - one));
});

test.each([5, 12, 40, 400])("of %i neighbours as many are shown as are seen at once, and the others are counted", (count) => {
  const { visible, bounds } = open(star(count), 2, NARROW);
  expect(isReadable(bounds, NARROW)).toBe(true);
  const shown = visible.nodes.filter(({ id }) => /^j:\d/.test(id)).length;
  expect(shown).toBeGreaterThanOrEqual(Math.min(count, 8));
  expect(visible.hidden.get("d:root")).toEqual({ up: count - shown, down: count - shown });
});

test("where nothing has a size nothing is left out", () => {
  const known = knownFrom([{ answer: answer("d:root", star(30)), direction: "both", depth: 3 }]);
  expect(ringThatFits(known, { root: "d:root", depth: 2, direction: "both", open: [], shut: [] }, null)).toBe(Infinity);
});
