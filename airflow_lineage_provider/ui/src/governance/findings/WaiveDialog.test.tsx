import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { renderApp } from "../../test/render";
import { serve } from "../../test/server";
import { aFinding } from "./example";
import { WaiveDialog } from "./WaiveDialog";

const ME = { name: "ada", may_govern: true, may_read_all: true, may_see_sensitive: true, waiver_longest_days: 90, version: "1" };

test("a waiver is asked for with its reason, ticket and days", async () => {
  const onClose = vi.fn();
  let body: unknown;
  serve({
    "/api/v2/me": ME,
    "/api/v2/waivers": async (_: URLSearchParams, request: Request) => {
      body = await request.json();
      return { id: 7 };
    },
  });
  renderApp(<WaiveDialog about={aFinding()} onClose={onClose} />);
  await userEvent.type(screen.getByLabelText(/Reason/), "moves until June");
  await userEvent.type(screen.getByLabelText("Ticket"), "T-1");
  await userEvent.click(screen.getByRole("button", { name: "Ask for a waiver" }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(body).toEqual({
    rule: "owner-missing",
    namespace: "postgres://db:5432",
    name: "shop.orders",
    reason: "moves until June",
    ticket: "T-1",
    days: 14,
  });
});

test("without a reason nothing is sent, and the form says so", async () => {
  const requests = serve({ "/api/v2/me": ME });
  renderApp(<WaiveDialog about={aFinding()} onClose={() => undefined} />);
  await userEvent.click(screen.getByRole("button", { name: "Ask for a waiver" }));
  expect(await screen.findByText("Say why it may pass.")).toBeVisible();
  expect(requests.filter(({ method }) => method === "POST")).toEqual([]);
});

test("what the server refuses is shown in its words, and the dialog stays", async () => {
  const onClose = vi.fn();
  serve({
    "/api/v2/me": ME,
    "/api/v2/waivers": () =>
      new Response(JSON.stringify({ detail: "Only who may edit the DAG shop may ask for this." }), { status: 403 }),
  });
  renderApp(<WaiveDialog about={aFinding({ dag_id: "shop" })} onClose={onClose} />);
  await userEvent.type(screen.getByLabelText(/Reason/), "x");
  await userEvent.click(screen.getByRole("button", { name: "Ask for a waiver" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Only who may edit the DAG shop may ask for this.");
  expect(onClose).not.toHaveBeenCalled();
});
