import { expect, test } from "vitest";

import { aRun } from "../run/example";
import { chooseAttempt } from "./attempts";

const RUNS = [
  aRun({ id: 1, map_index: 0, try_number: 1 }),
  aRun({ id: 2, map_index: 0, try_number: 2 }),
  aRun({ id: 3, map_index: 1, try_number: 1 }),
];

test("the newest try of the map index is shown, or the one that is asked for", () => {
  expect(chooseAttempt(RUNS, 0, null).chosen?.id).toBe(2);
  expect(chooseAttempt(RUNS, 0, 1).chosen?.id).toBe(1);
  expect(chooseAttempt(RUNS, 1, 7).chosen?.id).toBe(3);
});

test("a mapped task without an index shows its first instance, and which there are", () => {
  const found = chooseAttempt(RUNS, -1, null);
  expect([found.mapIndices, found.chosen?.id, found.tries.length]).toEqual([[0, 1], 2, 2]);
});

test("without attempts there is none", () => {
  expect(chooseAttempt([], -1, null)).toEqual({ mapIndices: [], tries: [], chosen: null });
});
