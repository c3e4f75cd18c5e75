import { expect, test } from "vitest";

import { formatDuration } from "./format";

test.each([
  [null, ""],
  [0, "0 s"],
  [1.23, "1.2 s"],
  [59.94, "59.9 s"],
  [59.97, "1 min 0 s"],
  [119.7, "2 min 0 s"],
  [3_599.6, "1 h 0 min"],
  [3_900, "1 h 5 min"],
  [4_000_000, "1,111 h 6 min"],
])("%s seconds are %s", (seconds, expected) => {
  expect(formatDuration(seconds)).toBe(expected);
});
