import { expect, test } from "vitest";

import { gradeOf } from "./grade";

test("more coverage is better", () => {
  expect([1, 0.99, 0.95, 0.9, 0.5].map((share) => gradeOf("coverage", share))).toEqual([
    "good",
    "good",
    "fair",
    "fair",
    "bad",
  ]);
});

test("less of everything else is better", () => {
  expect([0, 1, 11].map((count) => gradeOf("letters", count))).toEqual(["good", "fair", "bad"]);
  expect([3, 59, 61].map((seconds) => gradeOf("drain", seconds))).toEqual(["good", "fair", "bad"]);
});

test("what nobody knows is neither", () => {
  expect(gradeOf("stale", null)).toBe("none");
});
