import { expect, test } from "vitest";

import { answer, node } from "../model/example";
import { knownFrom } from "../model/knownGraph";
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
  const picture = { visible, groups: new Map(), withColumns: false, layout: { places, bends: new Map() } };
  const svg = toSvg(picture, "d:a", new Map([["j:1", { state: "success", isLate: false }]]), COLOURS);
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
  const svg = draw(EVIL);
  expect(svg.querySelector("parsererror")).toBeNull();
  expect(svg.querySelector("script")).toBeNull();
  expect(svg.querySelector("title")?.textContent).toContain('<script>alert("1")</script>');
});
