import { afterEach, expect, test, vi } from "vitest";

import { serve } from "../test/server";
import { client, unwrap } from "./client";

afterEach(() => vi.unstubAllGlobals());

test("a request carries the token that Airflow keeps in the browser's storage", async () => {
  const requests = serve({ "/api/v2/search": { items: [] } });
  localStorage.setItem("token", "abc");
  await unwrap(client.GET("/api/v2/search", { params: { query: { q: "orders" } } }));
  expect(requests[0]?.headers.get("Authorization")).toBe("Bearer abc");
  expect(requests[0]?.url).toMatch(/\/lineage\/api\/v2\/search\?q=orders$/);
});

test("what the server refuses is an error with its words", async () => {
  serve({});
  const asked = unwrap(client.GET("/api/v2/search", { params: { query: { q: "orders" } } }));
  await expect(asked).rejects.toMatchObject({ status: 404, message: "Not found" });
});
