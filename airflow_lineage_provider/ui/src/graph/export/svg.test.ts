import { expect, test } from "vitest";

import { ROOMY } from "../layout/size";
import type { Picture } from "../layout/useLayout";
import { answer, node } from "../model/example";
import { knownFrom } from "../model/knownGraph";
import type { GraphNode } from "../model/types";
import { visibleFrom } from "../model/visible";
import { toSvg, type Colours } from "./svg";

const COLOURS: Colours = { background: "white", node: "white", text: "black", muted: "grey", line: "grey", root: "blue", state: () => "green" };
const EVIL = '</text><script>alert("1")</script>\u0001';

const draw = (name: string): Document => {
  const told = answer("d:a", "d:a>j:1 d:a>masked:1");
  const nodes = told.nodes.map((one) => (one.id === "j:1" ? node("j:1", { name }) : one));
  const known = knownFrom([{ answer: { ...told, nodes }, direction: "both", depth: 2 }]);
  const visible = visibleFrom(known, { root: "d:a", depth: 1, direction: "both", open: [], shut: [] });
  const places = new Map(visible.nodes.map(({ id }, at) => [id, { x: at * 300, y: 0, width: 220, height: 48 }]));
  const picture = { visible, groups: new Map(), withColumns: false, density: ROOMY, layout: { places, bends: new Map() } };
  const look = { root: "d:a", selected: null, states: new Map([["j:1", { state: "success", isLate: false }]]) };
  const svg = toSvg(picture, [], look, COLOURS);
  return new DOMParser().parseFromString(svg, "image/svg+xml");
};

test("every node and edge is drawn, with the state of its last run", () => {
  const svg = draw("load");
  expect(svg.querySelectorAll("path")).toHaveLength(2);
  expect(svg.querySelectorAll("rect")).toHaveLength(4);
  expect(svg.querySelector("circle")?.getAttribute("fill")).toBe("green");
  expect(svg.documentElement.textContent).toContain("restricted");
});

test("a name is text whatever is in it", () => {
  const svg = draw(EVIL.repeat(3));
  expect(svg.querySelector("parsererror")).toBeNull();
  expect(svg.querySelector("script")).toBeNull();
  expect(svg.querySelector("title")?.textContent).toContain('<script>alert("1")</script>');
});

const pictureOf = (nodes: readonly GraphNode[], edges: string, withColumns: boolean): Picture => {
  const told = { ...answer("d:a", edges), nodes: [...nodes] };
  const known = knownFrom([{ answer: told, direction: "both", depth: 2 }]);
  const visible = visibleFrom(known, { root: "d:a", depth: 1, direction: "both", open: [], shut: [] });
  const places = new Map(visible.nodes.map(({ id }, at) => [id, { x: at * 300, y: 0, width: 200, height: 48 + 3 * 22 }]));
  return { visible, groups: new Map(), withColumns, density: ROOMY, layout: { places, bends: new Map() } };
};
const columns = (...names: string[]) => names.map((name) => ({ name, type: "int" })) as unknown as GraphNode["columns"];

test("in the view of columns edges go from row to row, as on screen", () => {
  const picture = pictureOf(
    [node("d:a", { columns: columns("id", "price") }), node("d:b", { columns: columns("key", "sum", "day") })],
    "d:a>d:b",
    true,
  );
  const link = { from: { dataset: "d:a", column: "price" }, to: { dataset: "d:b", column: "day" } };
  const svg = toSvg(picture, [link], { root: "d:a", selected: null, states: new Map() }, COLOURS);
  expect([...svg.matchAll(/<path d="([^"]+)"/g)].map(([, path]) => path)).toEqual(["M200,81 C250,81 250,103 300,103"]);
});

test("a run has the colour of its own state", () => {
  const run = node("j:1", { type: "run", run: { state: "failed" } as GraphNode["run"] });
  const look = { root: "d:a", selected: null, states: new Map() };
  const svg = toSvg(pictureOf([node("d:a"), run], "d:a>j:1", false), [], look, { ...COLOURS, state: (state) => `of-${state}` });
  expect(svg).toContain('fill="of-failed"');
});
