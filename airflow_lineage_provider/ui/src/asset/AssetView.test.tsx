import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { renderApp } from "../test/render";
import { serve } from "../test/server";
import AssetView from "./AssetView";

afterEach(() => vi.unstubAllGlobals());

test("an asset leads to the lineage of what it may be", async () => {
  serve({ "/api/v2/search": { hits: [{ namespace: "s3://lake", name: "raw/orders.csv" }], next_cursor: null } });
  renderApp(<AssetView assetUri="s3://lake/raw/orders.csv" />, { place: "tab" });
  expect(await screen.findByRole("link", { name: "raw/orders.csv" })).toHaveAttribute("href", expect.stringContaining("/plugin/lineage?view=graph"));
});

test("the asset itself comes first, however many datasets have its last name", async () => {
  const others = Array.from({ length: 40 }, (_, at) => ({ namespace: `s3://lake${at}`, name: "old/orders.csv" }));
  serve({
    "/api/v2/search": (query: URLSearchParams) => ({
      hits: [...others, { namespace: "s3://lake", name: "raw/orders.csv" }].slice(0, Number(query.get("limit"))),
      next_cursor: null,
    }),
  });
  renderApp(<AssetView assetUri="s3://lake/raw/orders.csv" />, { place: "tab" });
  expect((await screen.findAllByRole("link"))[0]).toHaveTextContent("raw/orders.csv");
  expect(screen.getByText(/others of that name/)).toBeVisible();
});

test("an asset that nobody knows is named, and what to do about it", async () => {
  serve({ "/api/v2/search": { hits: [], next_cursor: null } });
  renderApp(<AssetView assetUri="s3://lake/never.csv" />, { place: "tab" });
  expect(await screen.findByTestId("empty")).toHaveTextContent("s3://lake/never.csv");
  expect(screen.getByRole("link", { name: "Search for it" })).toHaveAttribute("href", expect.stringContaining("view=graph"));
});
