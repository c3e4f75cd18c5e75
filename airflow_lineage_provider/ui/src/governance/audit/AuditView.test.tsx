import { waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { renderApp } from "../../test/render";
import { serve } from "../../test/server";
import AuditView from "./AuditView";

afterEach(() => vi.unstubAllGlobals());

test("entries from a day on are those from its beginning where the reader is", async () => {
  localStorage.setItem("timezone", JSON.stringify("America/New_York"));
  const requests = serve({ "/api/v2/audit": { entries: [], next_cursor: null } });
  renderApp(<AuditView />, { at: "/plugin/lineage?view=audit&since=2026-06-01" });
  await waitFor(() => expect(requests).toHaveLength(1));
  expect(new URL(requests[0]?.url ?? "").searchParams.get("since")).toBe("2026-06-01T04:00:00.000Z");
});
