import { expect, test } from "vitest";

import { focusOn, stateOf, withState, type GraphState } from "./urlState";

const NODE = "dataset:postgres://db:5432:shop.public.orders & more";

test("a state survives its address", () => {
  const state: GraphState = {
    node: NODE,
    level: "table",
    depth: 4,
    direction: "upstream",
    asOf: "2026-06-01T00:00:00.000Z",
    group: "namespace",
    open: [`up:${NODE}`, "down:job:default:shop.load"],
    shut: ["down:x"],
    selected: "job:default:shop.load",
    to: NODE,
    column: "amount",
  };
  const query = withState(new URLSearchParams("view=graph"), state);
  expect(stateOf(new URLSearchParams(query.toString()))).toEqual(state);
  expect(query.get("view")).toBe("graph");
});

test("what is as usual is not in the address", () => {
  expect(withState(new URLSearchParams(), { node: "dataset:a:b" }).toString()).toBe("node=dataset%3Aa%3Ab");
});

test.each([
  ["depth=99", { depth: 5 }],
  ["depth=-1", { depth: 2 }],
  ["depth=x&direction=sideways&group=colour&level=atom", { depth: 2, direction: "both", group: "none", level: "task" }],
  ["as_of=yesterday", { asOf: null }],
  ["open=left:a&open=up:b", { open: ["up:b"] }],
  ["open=down:masked:1&open=up:b&shut=up:masked:2@1", { open: ["up:b"], shut: [] }],
  ["node=dag:default:shop&level=column", { level: "dag" }],
  ["node=job:default:shop.load&level=column", { level: "task" }],
] as const)("%s makes sense of itself", (text, expected) => {
  expect(stateOf(new URLSearchParams(text))).toMatchObject(expected);
});

test("another node in the middle forgets what was opened around the old one, and keeps the time", () => {
  const before = new URLSearchParams("node=dataset:a:b&open=up:x&selected=y&as_of=2026-06-01");
  const query = withState(before, focusOn("job:default:a.b"));
  expect(stateOf(query)).toMatchObject({ node: "job:default:a.b", open: [], selected: null, asOf: "2026-06-01" });
});
