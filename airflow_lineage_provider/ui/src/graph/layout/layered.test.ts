import { expect, test } from "vitest";

import { layOutAtHand } from "./layered";
import type { Placed } from "./size";

const size = { width: 220, height: 48 };
const edgesOf = (text: string) =>
  text.split(" ").map((edge) => {
    const [source = "", target = ""] = edge.split(">");
    return { source, target };
  });
const layOut = (text: string) => {
  const edges = edgesOf(text);
  const sizes = new Map(edges.flatMap(({ source, target }) => [source, target]).map((id) => [id, size]));
  return { edges, ...layOutAtHand({ sizes, edges }) };
};
const overlap = (one: Placed, other: Placed): boolean =>
  one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height;
const overlapsIn = (places: ReadonlyMap<string, Placed>): string[] => {
  const all = [...places];
  return all.flatMap(([id, place], at) => all.slice(at + 1).flatMap(([other, there]) => (overlap(place, there) ? [`${id} ${other}`] : [])));
};

/** As the same seed makes it each time. */
const random = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};

test.each(Array.from({ length: 40 }, (_, seed) => [seed]))("graph %i flows from left to right without overlaps", (seed) => {
  const next = random(seed + 1);
  const count = 2 + Math.floor(next() * 60);
  const text = Array.from({ length: Math.floor(count * 1.5) }, () => {
    const [one, other] = [Math.floor(next() * count), Math.floor(next() * count)].sort((a, b) => a - b);
    return `n${one}>n${other}`;
  }).join(" ");
  const { places, bends, edges } = layOut(text);
  expect(overlapsIn(places)).toEqual([]);
  for (const { source, target } of edges) {
    const [from, to] = [places.get(source), places.get(target)];
    if (!from || !to) throw new Error(`${source} or ${target} has no place`);
    if (source !== target) expect(from.x + from.width).toBeLessThan(to.x);
    for (const { x, y } of bends.get(`${source}\n${target}`) ?? []) {
      for (const place of places.values()) {
        expect(x >= place.x && x <= place.x + place.width && y > place.y && y < place.y + place.height).toBe(false);
      }
    }
  }
});

test("a line goes past what stands between its ends", () => {
  const { places, bends } = layOut("a>b b>c a>c");
  const b = places.get("b");
  const points = bends.get("a\nc") ?? [];
  expect(points).toHaveLength(2);
  expect(points.every(({ y }) => b && (y < b.y || y > b.y + b.height))).toBe(true);
});

test("a circle is laid out, and the edge back goes back", () => {
  const { places } = layOut("a>b b>c c>a");
  expect([...places.keys()].sort()).toEqual(["a", "b", "c"]);
  expect(overlapsIn(places)).toEqual([]);
});

test("neighbours in a row stand at one height", () => {
  const { places } = layOut("a>b b>c c>d");
  expect(new Set([...places.values()].map(({ y }) => Math.round(y))).size).toBe(1);
});

test("the tables that a task reads stand around it", () => {
  const { places } = layOut("a>t b>t c>t t>out");
  const middle = (places.get("a")?.y ?? 0) + (places.get("c")?.y ?? 0);
  expect(places.get("t")?.y).toBeCloseTo(middle / 2, 0);
  expect(places.get("out")?.y).toBeCloseTo(places.get("t")?.y ?? 0, 0);
});

test("one node has a place", () => {
  expect(layOutAtHand({ sizes: new Map([["a", size]]), edges: [] }).places.get("a")).toEqual({ x: 0, y: 0, ...size });
});
