import { expect, test } from "vitest";

import { edge } from "../model/example";
import { asMoment, momentsOf, positionOf } from "./moments";

const EDGES = [
  edge("a", "b", { first_seen: "2026-06-02T00:00:00.123456Z" }),
  edge("b", "c", { first_seen: "2026-06-01T00:00:00Z" }),
  edge("a", "c", { first_seen: "2026-06-02T00:00:00.123456Z" }),
  edge("a", "masked:1", { masked: true }),
];

test("the slider stops where the graph grew", () => {
  expect(momentsOf(EDGES).map((moment) => new Date(moment).toISOString().slice(0, 10))).toEqual(["2026-06-01", "2026-06-02"]);
});

test("a stop includes what began there, to the microsecond", () => {
  const stop = momentsOf(EDGES)[1] ?? 0;
  expect(Date.parse(asMoment(stop))).toBeGreaterThan(Date.parse("2026-06-02T00:00:00.123Z"));
  expect(positionOf(momentsOf(EDGES), asMoment(stop))).toBe(1);
});

test("now is after the last stop, and before the first nothing was there", () => {
  expect(positionOf(momentsOf(EDGES), null)).toBe(2);
  expect(positionOf(momentsOf(EDGES), "2026-05-01")).toBe(-1);
});
