import { afterEach, expect, test, vi } from "vitest";

import { client, unwrap } from "../api/client";
import { firstQuestion, queryOf } from "../graph/model/question";
import { answer } from "../graph/model/example";
import { serve } from "../test/server";
import { headStart } from "./headStart";

const NODE = "dataset:s3://lake:raw/orders & more.csv";

afterEach(() => {
  vi.unstubAllGlobals();
  window.history.replaceState({}, "", "/");
});

const at = (path: string) => {
  window.history.replaceState({}, "", path);
  const requests = serve({ "/api/v2/graph": answer(NODE, "") });
  const load = vi.fn(() => Promise.resolve());
  headStart(load);
  return { requests, load };
};

test("the graph of the address is asked for once, and who wants it later gets that answer", async () => {
  const { requests, load } = at(`/airflow/plugin/lineage?view=graph&depth=3&node=${encodeURIComponent(NODE)}&as_of=2026-06-01T00:00:00Z`);
  expect(load).toHaveBeenCalledOnce();
  const query = queryOf(firstQuestion({ node: NODE, level: "task", direction: "both", depth: 3, asOf: "2026-06-01T00:00:00Z" }));
  const ask = () => unwrap(client.GET("/api/v2/graph", { params: { query } }));
  expect((await ask()).root).toBe(NODE);
  expect(requests).toHaveLength(1);
  await ask();
  expect(requests).toHaveLength(2);
});

test("the search asks for no graph, but its code is loaded", () => {
  const { requests, load } = at("/lineage/page");
  expect(load).toHaveBeenCalledOnce();
  expect(requests).toHaveLength(0);
});

test.each(["/dags/shop/plugin/lineage-dag", "/plugin/lineage?view=impact&node=dataset:a:b", "/plugin/other?node=dataset:a:b"])(
  "%s is no graph",
  (path) => {
    const { requests, load } = at(path);
    expect(load).not.toHaveBeenCalled();
    expect(requests).toHaveLength(0);
  },
);
