import { expect, test } from "vitest";

import { sideAction } from "./sideAction";

test.each([
  [3, false, "open"],
  [3, true, "open"],
  [0, true, "shut"],
  [0, false, null],
  [null, false, "open"],
  [null, true, "shut"],
] as const)("with %s hidden and shutable %s it is %s", (hidden, canShut, expected) => {
  expect(sideAction(hidden, canShut)).toBe(expected);
});
