import { afterEach, expect, test, vi } from "vitest";

import { serve } from "../test/server";
import { client, unwrap } from "./client";
import { NetworkError } from "./NetworkError";

afterEach(() => vi.unstubAllGlobals());

test("a request goes to the API below Airflow's root", async () => {
  const requests = serve({ "/api/v2/search": { items: [] } });
  await unwrap(client.GET("/api/v2/search", { params: { query: { q: "orders" } } }));
  expect(requests[0]?.url).toMatch(/\/lineage\/api\/v2\/search\?q=orders$/);
});

test("what the server refuses is an error with its words", async () => {
  serve({});
  const asked = unwrap(client.GET("/api/v2/search", { params: { query: { q: "orders" } } }));
  await expect(asked).rejects.toMatchObject({ status: 404, message: "Not found" });
});

test("a request to which nobody answers is an error of its own kind", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(unwrap(client.GET("/api/v2/me"))).rejects.toBeInstanceOf(NetworkError);
});
