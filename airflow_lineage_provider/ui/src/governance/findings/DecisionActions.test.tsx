import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { ApiError } from "../../api/ApiError";
import { renderApp } from "../../test/render";
import { serve } from "../../test/server";
import { DecisionActions } from "./DecisionActions";

const ME = { name: "ada", may_govern: true };
const refuse = () => Promise.reject(new ApiError(400, "Somebody else must approve it."));
const show = (author: string, state = "pending") =>
  renderApp(<DecisionActions author={author} decide={refuse} name="Waiver 1" queryKey="waivers" state={state} />);

test("nobody approves what they asked for themselves", async () => {
  serve({ "/api/v2/me": ME });
  show("ada");
  expect(await screen.findByText("You asked for it: somebody else must approve it.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Approve Waiver 1" })).toBeDisabled();
  expect(screen.getByRole("button", { name: "Revoke Waiver 1" })).toBeEnabled();
});

test("a refusal stands in the words of the server", async () => {
  serve({ "/api/v2/me": ME });
  show("bob");
  await userEvent.click(screen.getByRole("button", { name: "Approve Waiver 1" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Somebody else must approve it.");
});

test("who may not decide is told, and gets no buttons", async () => {
  serve({ "/api/v2/me": { ...ME, may_govern: false } });
  show("bob");
  expect(await screen.findByText("This needs the right to edit all DAGs.")).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
});

test("what is over is not decided any more", () => {
  serve({ "/api/v2/me": ME });
  show("bob", "expired");
  expect(screen.queryByRole("button")).toBeNull();
});
