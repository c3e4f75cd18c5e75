import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { renderApp } from "../../test/render";
import { serve } from "../../test/server";
import { SetOwnerDialog } from "./SetOwnerDialog";

test("an owner is set for the dataset it was opened for", async () => {
  const onClose = vi.fn();
  let body: unknown;
  serve({
    "/api/v2/owners": async (_: URLSearchParams, request: Request) => {
      body = await request.json();
      return { action: "created", namespace: "s3://lake", name: "orders", is_glob: false, owner: "ann", ended: [] };
    },
  });
  renderApp(<SetOwnerDialog about={{ namespace: "s3://lake", name: "orders" }} onClose={onClose} />);
  await userEvent.type(screen.getByLabelText(/^Owner/), "ann");
  await userEvent.click(screen.getByRole("button", { name: "Set an owner" }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(body).toMatchObject({ namespace: "s3://lake", name: "orders", owner: "ann", valid_to: null });
});

test("without an owner nothing is sent", async () => {
  const requests = serve({});
  renderApp(<SetOwnerDialog about={{ namespace: "s3://lake", name: "orders" }} onClose={() => undefined} />);
  await userEvent.click(screen.getByRole("button", { name: "Set an owner" }));
  expect(await screen.findByText("This is needed.")).toBeVisible();
  expect(requests).toEqual([]);
});
