import { expect, test } from "vitest";

import { countTop, type Frame, linePath, lonely, niceTop, ticks, xOf, yOf } from "./scale";

const FRAME: Frame = { width: 100, height: 50, left: 10, right: 10, top: 5, bottom: 5 };

test.each([
  [0, 1],
  [0.07, 0.1],
  [1, 1],
  [1.1, 2],
  [23, 25],
  [260, 500],
  [999, 1000],
])("an axis for %d ends at %d", (highest, top) => {
  expect(niceTop(highest)).toBeCloseTo(top, 10);
});

test.each([
  [0, 2],
  [1, 2],
  [3, 6],
  [23, 26],
])("an axis for a count of %d ends at %d, and its middle is a whole number", (highest, top) => {
  expect(countTop(highest)).toBe(top);
});

test("an axis has even gaps", () => {
  expect(ticks(2, 4)).toEqual([0, 0.5, 1, 1.5, 2]);
});

test("values stay inside the frame", () => {
  expect([xOf(0, 3, FRAME), xOf(2, 3, FRAME), xOf(0, 1, FRAME)]).toEqual([10, 90, 50]);
  expect([yOf(0, 10, FRAME), yOf(10, 10, FRAME), yOf(99, 10, FRAME)]).toEqual([45, 5, 5]);
});

test("a line breaks where nothing is known", () => {
  expect(linePath([0, 1, null, 1], 1, FRAME)).toBe("M10,45L36.67,5M90,5");
  expect(linePath([null, null], 1, FRAME)).toBe("");
});

test("a value between two gaps is drawn as a point", () => {
  expect(lonely([1, null, 2, 3, null, 4])).toEqual([0, 5]);
});
