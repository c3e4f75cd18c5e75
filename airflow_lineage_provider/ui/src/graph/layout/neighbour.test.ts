import { expect, test } from "vitest";

import { answer } from "../model/example";
import { knownFrom } from "../model/knownGraph";
import { visibleFrom } from "../model/visible";
import { neighbourOf } from "./neighbour";
import { ROOMY } from "./size";
import type { Picture } from "./useLayout";

const known = knownFrom([{ answer: answer("d:b", "j:1>d:b d:b>j:2 d:b>j:3"), direction: "both", depth: 2 }]);
const visible = visibleFrom(known, { root: "d:b", depth: 1, direction: "both", open: [], shut: [] });
const size = { width: 100, height: 40 };
const picture: Picture = {
  visible,
  groups: new Map(),
  withColumns: false,
  density: ROOMY,
  layout: {
    bends: new Map(),
    places: new Map([
      ["j:1", { x: 0, y: 50, ...size }],
      ["d:b", { x: 200, y: 50, ...size }],
      ["j:2", { x: 400, y: 0, ...size }],
      ["j:3", { x: 400, y: 90, ...size }],
    ]),
  },
};

test.each([
  ["d:b", "ArrowLeft", "j:1"],
  ["d:b", "ArrowRight", "j:3"],
  ["j:2", "ArrowDown", "j:3"],
  ["j:3", "ArrowUp", "j:2"],
  ["j:1", "ArrowLeft", null],
  ["gone", "ArrowRight", null],
] as const)("from %s the key %s leads to %s", (id, key, expected) => {
  expect(neighbourOf(picture, id, key)).toBe(expected);
});
