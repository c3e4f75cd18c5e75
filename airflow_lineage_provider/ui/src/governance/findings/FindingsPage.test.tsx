import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { renderApp } from "../../test/render";
import { serve } from "../../test/server";
import { aFinding } from "./example";
import { FindingsPage } from "./FindingsPage";

const COUNTS = { by: "owner", counts: [{ value: "ann", findings: 2 }] };

test("findings stand under their owners, and the address says what is shown", async () => {
  const requests = serve({
    "/api/v2/findings": {
      findings: [aFinding({ id: 1, owner: "ann" }), aFinding({ id: 2, owner: null, rule: "contract-missing" })],
      next_cursor: null,
    },
    "/api/v2/findings/counts": COUNTS,
  });
  renderApp(<FindingsPage />, { at: "/plugin/lineage?view=findings&group=owner&level=block" });
  const group = await screen.findByRole("region", { name: "ann" });
  expect(within(group).getByText("owner-missing")).toBeVisible();
  expect(screen.getByRole("region", { name: "Nobody owns these" })).toBeVisible();
  const list = requests.find(({ url }) => new URL(url).pathname.endsWith("/findings"));
  expect(new URL(list?.url ?? "").searchParams.get("level")).toBe("block");
  await userEvent.selectOptions(screen.getByLabelText("State"), "all");
  expect(screen.getByTestId("location")).toHaveTextContent("state=all");
});

test("a list that filters leave empty says what to do", async () => {
  serve({ "/api/v2/findings": { findings: [], next_cursor: null }, "/api/v2/findings/counts": { by: "rule", counts: [] } });
  renderApp(<FindingsPage />, { at: "/?view=findings&name=nothing" });
  expect(await screen.findByText("No finding fits these filters")).toBeVisible();
});
