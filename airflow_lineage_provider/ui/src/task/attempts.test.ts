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
  expect(chooseAttempt(RUNS, 1, null).chosen?.id).toBe(3);
});

test("an instance or a try that is not recorded is none of the others", () => {
  expect(chooseAttempt(RUNS, 7, null)).toEqual({ mapIndices: [0, 1], index: 7, tries: [], chosen: null });
  expect(chooseAttempt(RUNS, 1, 7)).toMatchObject({ index: 1, tries: [{ id: 3 }], chosen: null });
});

test("a mapped task without an index shows its first instance, and which there are", () => {
  const found = chooseAttempt(RUNS, null, null);
  expect([found.mapIndices, found.chosen?.id, found.tries.length]).toEqual([[0, 1], 2, 2]);
});

test("without attempts there is none", () => {
  expect(chooseAttempt([], null, null)).toEqual({ mapIndices: [], index: null, tries: [], chosen: null });
});
