import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { aRun, touching } from "../../run/example";
import { renderApp } from "../../test/render";
import { serve } from "../../test/server";
import { LastRun } from "./LastRun";

afterEach(() => vi.unstubAllGlobals());

const statement = { fingerprint: "0123456789abcdef", kind: null, conn_id: null, error: null, is_executed: true, is_masked: false, sql: null };

test("a text that is not kept is not taken for one that may not be seen", async () => {
  serve({ "/api/v2/runs/7": { run: aRun({ id: 7 }), inputs: [touching("orders")], outputs: [], statements: [statement] } });
  renderApp(<LastRun id={7} />);
  expect(await screen.findByText("Its text is not kept.")).toBeVisible();
  expect(screen.getByRole("link", { name: "orders" })).toHaveAttribute("href", expect.stringContaining("view=graph"));
});
