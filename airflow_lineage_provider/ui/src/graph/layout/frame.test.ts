import { expect, test } from "vitest";

import { frameOf, isInside, isReadable, LEAST_READABLE } from "./frame";
import type { Placed } from "./size";

const ROOM = { width: 1200, height: 700 };
const place = (x: number, y: number, width = 200, height = 48): Placed => ({ x, y, width, height });

test("what can be read as a whole is in the middle", () => {
  const graph = place(0, 0, 1000, 300);
  expect(frameOf(graph, [place(0, 0)], ROOM)).toEqual({ x: 100, y: 200, zoom: 1 });
  expect(isReadable(graph, ROOM)).toBe(true);
});

test("a little too wide is drawn a little smaller, as far as that can be read", () => {
  const frame = frameOf(place(0, 0, 1200, 300), [], ROOM);
  expect(frame.zoom).toBeLessThan(1);
  expect(frame.zoom).toBeGreaterThanOrEqual(LEAST_READABLE);
  expect(isInside(place(0, 0, 1200, 300), frame, ROOM)).toBe(true);
});

test("of a graph that is too large what it is around is seen, at full size", () => {
  const [graph, root] = [place(0, 0, 4000, 3000), place(3000, 100)];
  const frame = frameOf(graph, [root], ROOM);
  expect(frame.zoom).toBe(1);
  expect(isInside(root, frame, ROOM)).toBe(true);
  expect(isReadable(graph, ROOM)).toBe(false);
});

test("both the selected node and the one in the middle are seen, or at least the selected one", () => {
  const graph = place(0, 0, 4000, 600);
  const [selected, near, far] = [place(2000, 0), place(2700, 200), place(200, 0)];
  for (const one of [selected, near]) expect(isInside(one, frameOf(graph, [selected, near], ROOM), ROOM)).toBe(true);
  expect(isInside(selected, frameOf(graph, [selected, far], ROOM), ROOM)).toBe(true);
});

test("at its end nothing is left empty while something is cut", () => {
  const frame = frameOf(place(0, 0, 4000, 300), [place(0, 0)], ROOM);
  expect(frame.x).toBeGreaterThan(0);
  expect(frame.x).toBeLessThan(50);
});
