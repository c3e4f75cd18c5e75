import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import type { Schema } from "../../api/types";
import { renderApp } from "../../test/render";
import { serve } from "../../test/server";
import { GrantsPage } from "./GrantsPage";

afterEach(() => vi.unstubAllGlobals());

const GRANT: Schema<"GrantOut"> = {
  id: 7,
  name: "finance/q2",
  state: "pending",
  dag_id: "finance_*",
  reason: "close the books",
  ticket: null,
  author: "bob",
  created_at: "2026-06-01T08:00:00Z",
  approver: null,
  approved_at: null,
  expires_at: "2026-06-04T08:00:00Z",
  revoked_at: null,
  revoked_by: null,
  uses: 0,
  most_uses: null,
};

test.each(["approve", "revoke"])("a grant can be decided on whatever its name: %s", async (what) => {
  const requests = serve({
    "/api/v2/me": { name: "ada", may_govern: true },
    "/api/v2/grants": { grants: [GRANT], next_cursor: null },
    [`/api/v2/grants/7/${what}`]: GRANT,
  });
  renderApp(<GrantsPage />);
  await userEvent.click(await screen.findByRole("button", { name: new RegExp(`^${what} finance/q2`, "i") }));
  await vi.waitFor(() => expect(requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toContain(`POST /lineage/api/v2/grants/7/${what}`));
});
