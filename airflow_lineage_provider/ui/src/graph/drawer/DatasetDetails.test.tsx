import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { Schema } from "../../api/types";
import { renderApp } from "../../test/render";
import { serve } from "../../test/server";
import { DatasetDetails } from "./DatasetDetails";

afterEach(() => vi.unstubAllGlobals());

const NOBODY = { jobs: [], masked: 0, total: 0 };
const PROFILE: Schema<"DatasetProfile"> = {
  node_id: "dataset:lake:orders",
  namespace: "lake",
  name: "orders",
  first_seen: "2026-06-01T08:00:00Z",
  aliases: [],
  columns: [],
  columns_since: null,
  contracts: [{ contract_id: "urn:orders & more", version: "1.2.0", status: "active", schema_name: "orders", bound_by: "server" }],
  freshness: { last_written_at: null, expected_at: null, is_late: null, usual_interval: null },
  owners: [],
  readers: NOBODY,
  writers: NOBODY,
  trend: [],
};

test("a contract of the dataset leads to the page of that contract", async () => {
  serve({
    "/api/v2/datasets/profile": PROFILE,
    "/api/v2/datasets/schema-history": { versions: [], next_cursor: null },
    "/api/v2/findings": { findings: [], next_cursor: null },
  });
  renderApp(<DatasetDetails nodeId={PROFILE.node_id} />);
  const link = await screen.findByRole("link", { name: "urn:orders & more" });
  const { pathname, searchParams } = new URL(link.getAttribute("href") ?? "", window.location.origin);
  expect([pathname, searchParams.get("view"), searchParams.get("contract")]).toEqual([
    "/plugin/lineage",
    "contracts",
    "urn:orders & more",
  ]);
});
