import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";

import type { Schema } from "../../api/types";
import { renderApp } from "../../test/render";
import { serve } from "../../test/server";
import { EndOwner } from "./EndOwner";

const OWNER: Schema<"RegisteredOwnerOut"> = {
  namespace: "s3://lake",
  name: "orders",
  is_glob: false,
  owner: "ann",
  kind: null,
  channel: null,
  contact: null,
  position: 0,
  source: "hand",
  set_at: "2026-06-01T08:00:00Z",
  set_by: null,
  valid_from: null,
  valid_to: null,
};

test("the last day that is typed is the one that is sent, however soon the button is clicked", async () => {
  const requests = serve({ "/api/v2/owners": { action: "ended", ended: ["ann"] } });
  renderApp(<EndOwner owner={OWNER} />);
  fireEvent.click(screen.getByRole("button", { name: /ann/ }));
  const dialog = await screen.findByRole("dialog");
  fireEvent.change(within(dialog).getByLabelText(/last day/i), { target: { value: "2026-08-31" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "End" }));
  await waitFor(() => expect(requests.length).toBeGreaterThan(0));
  expect(new URL(requests[0]?.url ?? "").searchParams.get("until")).toBe("2026-08-31");
});
