import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createRequire } from "node:module";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { renderApp } from "../test/render";
import { serve } from "../test/server";
import GraphView from "./GraphView";
import type { ElkNode } from "./layout/elkGraph";
import * as elkWorker from "./layout/elkWorker";
import { answer, node } from "./model/example";

const ROOT = "dataset:lake:b";
const CHAIN = `job:x:1>${ROOT} ${ROOT}>job:x:2 job:x:2>dataset:lake:c`;

beforeEach(() => {
  const ELK = createRequire(import.meta.url)("elkjs/lib/elk.bundled.js") as new () => { layout: (graph: ElkNode) => Promise<ElkNode> };
  vi.spyOn(elkWorker, "layOut").mockImplementation((graph) => new ELK().layout(graph));
});
afterEach(() => vi.unstubAllGlobals());

const open = async (graph: unknown, more = "&depth=1"): Promise<HTMLElement> => {
  serve({ "/api/v2/graph": graph, "/api/v2/impact": { items: [], total: 0, truncated: false } });
  renderApp(<GraphView />, { at: `/plugin/lineage?view=graph&node=${encodeURIComponent(ROOT)}${more}` });
  const root = await waitFor(() => nodeOf(ROOT) ?? Promise.reject(new Error("not there yet")));
  root.focus();
  return root;
};
const nodeOf = (id: string) => document.querySelector<HTMLElement>(`[data-lineage-id="${id}"]`);
const focused = () => (document.activeElement as HTMLElement).dataset.lineageId;
const where = (): URLSearchParams => new URLSearchParams(screen.getByTestId("location").textContent?.split("?")[1]);

test("Shift and an arrow show what is hidden, then hide it, and do nothing where nothing is", async () => {
  await open(answer(ROOT, CHAIN));
  const job = nodeOf("job:x:2") as HTMLElement;
  fireEvent.keyDown(job, { key: "ArrowRight", shiftKey: true });
  await waitFor(() => expect(nodeOf("dataset:lake:c")).not.toBeNull());
  expect(where().getAll("open")).toEqual(["down:job:x:2"]);
  fireEvent.keyDown(job, { key: "ArrowRight", shiftKey: true });
  await waitFor(() => expect(nodeOf("dataset:lake:c")).toBeNull());
  expect([where().getAll("open"), where().getAll("shut")]).toEqual([[], ["down:job:x:2"]]);
  const before = where().toString();
  fireEvent.keyDown(nodeOf("job:x:1") as HTMLElement, { key: "ArrowLeft", shiftKey: true });
  expect(where().toString()).toBe(before);
});

test("Tab goes to the buttons of the node that has the focus, and to no others", async () => {
  await open(answer(ROOT, CHAIN));
  const job = nodeOf("job:x:2") as HTMLElement;
  const button = within(job).getByRole("button", { name: /^Show where/ });
  expect(button).toHaveAttribute("tabindex", "-1");
  fireEvent.keyDown(nodeOf(ROOT) as HTMLElement, { key: "ArrowRight" });
  expect(focused()).toBe("job:x:2");
  await userEvent.tab();
  expect(document.activeElement).toHaveAccessibleName(/^Show what .* comes from: not counted/);
  await userEvent.tab();
  expect(button).toHaveFocus();
});

test("columns are walked through and picked with keys", async () => {
  const columns = ["id", "amount"].map((name) => ({ name, type: "int" }));
  const graph = { ...answer(ROOT, ""), nodes: [node(ROOT, { columns: columns as never })] };
  await open(graph, "&level=column");
  await userEvent.tab();
  expect(document.activeElement).toHaveTextContent("id");
  await userEvent.keyboard("{ArrowDown}");
  expect(document.activeElement).toHaveTextContent("amount");
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(where().get("column")).toBe("amount"));
});

test("a node outside of the window is brought into it when it gets the focus", async () => {
  const readers = Array.from({ length: 30 }, (_, at) => `job:x:${at}`);
  await open(answer(ROOT, readers.map((id) => `${ROOT}>${id}`).join(" ")));
  const styleOf = (selector: string) => document.querySelector<HTMLElement>(selector)?.style.transform ?? "";
  const heightOf = (transform: string) => Number(/translate\([^,]+,\s*(-?[\d.]+)px/.exec(transform)?.[1]);
  const top = (): number => {
    const window = styleOf(".react-flow__viewport");
    const zoom = Number(/scale\(([\d.]+)\)/.exec(window)?.[1]);
    return heightOf(window) + zoom * heightOf(styleOf(`.react-flow__node[data-id="${focused()}"]`));
  };
  fireEvent.keyDown(nodeOf(ROOT) as HTMLElement, { key: "ArrowRight" });
  for (let step = 0; step < 12; step += 1) {
    const at = focused();
    fireEvent.keyDown(document.activeElement as HTMLElement, { key: "ArrowDown" });
    expect(focused()).not.toBe(at);
    // jsdom has no layout: React Flow takes the window for one of 500 pixels.
    await waitFor(() => expect(top() > 0 && top() < 500 - 48).toBe(true));
  }
});

test("the keys are told", async () => {
  await open(answer(ROOT, CHAIN));
  await userEvent.click(screen.getByRole("button", { name: "Keys" }));
  expect(await screen.findByText(/^Shift and left or right/)).toBeInTheDocument();
});
