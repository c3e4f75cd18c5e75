import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { createRequire } from "node:module";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { renderApp } from "../test/render";
import { serve } from "../test/server";
import GraphView from "./GraphView";
import type { ElkNode } from "./layout/elkGraph";
import * as elkWorker from "./layout/elkWorker";
import { answer } from "./model/example";

const ROOT = "dataset:lake:b";
const GRAPH = answer(ROOT, `job:x:1>${ROOT} ${ROOT}>job:x:2 job:x:2>dataset:lake:c dataset:lake:c>job:x:3 ${ROOT}>masked:1`);
const AT = `/plugin/lineage?view=graph&node=${encodeURIComponent(ROOT)}`;

beforeEach(() => {
  const ELK = createRequire(import.meta.url)("elkjs/lib/elk.bundled.js") as new () => { layout: (graph: ElkNode) => Promise<ElkNode> };
  vi.spyOn(elkWorker, "layOut").mockImplementation((graph) => new ELK().layout(graph));
});
afterEach(() => vi.unstubAllGlobals());

const open = (more = ""): void => {
  serve({ "/api/v2/graph": GRAPH, "/api/v2/impact": { items: [], total: 0, truncated: false } });
  renderApp(<GraphView />, { at: AT + more });
};
const where = (): URLSearchParams => new URLSearchParams(screen.getByTestId("location").textContent?.split("?")[1]);

test("without a node there is a search, and datasets to begin with", async () => {
  serve({ "/api/v2/datasets": { datasets: [], next_cursor: null } });
  renderApp(<GraphView />);
  expect(screen.getByRole("combobox")).toBeInTheDocument();
  expect(await screen.findByText("No lineage yet")).toBeInTheDocument();
});

test("the graph opens at its node and says how much is not shown", async () => {
  open("&depth=1");
  expect(await screen.findByTestId("graph-status")).toHaveTextContent("4 nodesat least 2 more are not shown");
  expect(screen.getByRole("group", { name: /^Lineage of/ })).toBeInTheDocument();
});

test("of many neighbours as many are shown as the window has room for, and the others are counted", async () => {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1208);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(676);
  const hub = answer(ROOT, Array.from({ length: 40 }, (_, at) => `${ROOT}>job:x:${at}`).join(" "));
  serve({ "/api/v2/graph": hub, "/api/v2/impact": { items: [], total: 0, truncated: false } });
  renderApp(<GraphView />, { at: AT });
  expect(await screen.findByTestId("graph-status")).toHaveTextContent("11 nodesat least 30 more are not shown");
  expect(screen.getByRole("button", { name: /^Show where .* goes to: 30 that are not shown$/ })).toHaveTextContent("+30");
  vi.restoreAllMocks();
});

test("a masked node says that it is restricted", async () => {
  open();
  expect(await screen.findByRole("group", { name: /restricted/ })).toBeInTheDocument();
});

test("what is hidden is shown on request, and the address says so", async () => {
  open("&depth=1");
  const nodes = await screen.findAllByRole("button", { name: /^Show where/ });
  fireEvent.click(nodes.find((button) => button.textContent === "+1") as HTMLElement);
  await waitFor(() => expect(where().getAll("open")).toEqual(["down:job:x:2"]));
});

test("an opened side that fails leaves the graph as it is, and can be asked for again", async () => {
  let isUp = false;
  const side = answer("job:x:2", "job:x:2>dataset:lake:c job:x:2>dataset:lake:d");
  serve({
    "/api/v2/graph": (query: URLSearchParams) =>
      query.get("nodeId") === ROOT ? GRAPH : isUp ? side : Response.json({ detail: "The database is busy" }, { status: 503 }),
    "/api/v2/impact": { items: [], total: 0, truncated: false },
  });
  renderApp(<GraphView />, { at: `${AT}&depth=1&open=${encodeURIComponent("down:job:x:2")}` });
  const status = await screen.findByTestId("graph-status");
  await waitFor(() => expect(status).toHaveTextContent("What was opened at one node could not be loaded: The database is busy"));
  expect(screen.getByTestId("lineage-graph")).toBeInTheDocument();
  isUp = true;
  fireEvent.click(within(status).getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("group", { name: /lake:d|^dataset, d/ })).toBeInTheDocument();
  expect(status).not.toHaveTextContent("could not be loaded");
});

test("what may not be seen any more can be left out of the address", async () => {
  serve({
    "/api/v2/graph": (query: URLSearchParams) =>
      query.get("nodeId") === ROOT ? GRAPH : Response.json({ detail: "Not found" }, { status: 404 }),
    "/api/v2/impact": { items: [], total: 0, truncated: false },
  });
  renderApp(<GraphView />, { at: `${AT}&open=up:dataset:lake:gone&open=${encodeURIComponent("down:dataset:lake:c")}` });
  const status = await screen.findByTestId("graph-status");
  fireEvent.click(await within(status).findByRole("button", { name: "Leave it out" }));
  await waitFor(() => expect(where().getAll("open")).toEqual([]));
  expect(status).not.toHaveTextContent("could not be loaded");
});

test("a masked node is never asked for, by key or by address", async () => {
  const requests = serve({ "/api/v2/graph": GRAPH, "/api/v2/impact": { items: [], total: 0, truncated: false } });
  renderApp(<GraphView />, { at: `${AT}&open=down:masked:1` });
  const masked = await screen.findByRole("group", { name: /restricted/ });
  fireEvent.keyDown(masked, { key: "ArrowRight", shiftKey: true });
  fireEvent.keyDown(masked, { key: "ArrowLeft", shiftKey: true });
  await waitFor(() => expect(screen.getByTestId("graph-status")).toBeInTheDocument());
  expect(screen.getByTestId("location")).toHaveTextContent(/open=down:masked:1$/);
  expect(requests.filter(({ url }) => url.includes("masked"))).toEqual([]);
});

test("arrow keys walk to neighbours, Enter opens the details and Escape closes them", async () => {
  open();
  const root = await screen.findByRole("group", { name: /^dataset, .*lake:b/ });
  expect(root).toHaveAttribute("tabindex", "0");
  root.focus();
  fireEvent.keyDown(root, { key: "ArrowLeft" });
  const left = document.activeElement as HTMLElement;
  expect(left.dataset.lineageId).toBe("job:x:1");
  fireEvent.keyDown(left, { key: "Enter" });
  const drawer = await screen.findByTestId("node-drawer");
  expect(where().get("selected")).toBe("job:x:1");
  fireEvent.keyDown(within(drawer).getByRole("heading", { level: 2, name: /./ }), { key: "Escape" });
  await waitFor(() => expect(where().get("selected")).toBeNull());
});

test("a node that nobody knows says so", async () => {
  serve({});
  renderApp(<GraphView />, { at: AT });
  expect(await screen.findByRole("alert")).toHaveTextContent("Nothing of that name is known");
});

test("column lineage that could not be loaded is said beside the graph", async () => {
  serve({
    "/api/v2/graph": (query: URLSearchParams) =>
      query.get("granularity") === "column" ? new Response(JSON.stringify({ detail: "too many columns" }), { status: 400 }) : GRAPH,
    "/api/v2/impact": { items: [], total: 0, truncated: false },
  });
  renderApp(<GraphView />, { at: `${AT}&level=column` });
  expect(await screen.findByRole("alert")).toHaveTextContent("too many columns");
  expect(await screen.findByTestId("lineage-graph")).toBeInTheDocument();
});

test("a graph that cannot be brought up to date stays, and that is said", async () => {
  let isAway = false;
  serve({
    "/api/v2/graph": () => (isAway ? new Response("{}", { status: 503 }) : GRAPH),
    "/api/v2/impact": { items: [], total: 0, truncated: false },
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  renderApp(
    <QueryClientProvider client={queries}>
      <GraphView />
    </QueryClientProvider>,
    { at: AT },
  );
  expect(await screen.findByTestId("lineage-graph")).toBeInTheDocument();
  isAway = true;
  await act(() => queries.refetchQueries({ queryKey: ["graph"] }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The API server failed.");
  expect(screen.getByTestId("lineage-graph")).toBeInTheDocument();
});
