import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { renderApp } from "../test/render";
import { CurrentView } from "./CurrentView";
import { VIEWS } from "./views";

test("a view whose code could not be loaded is loaded anew on request", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const load = vi
    .spyOn(VIEWS.health, "load")
    .mockRejectedValueOnce(new TypeError("Failed to fetch dynamically imported module"))
    .mockResolvedValue({ default: () => <p>works</p> });
  renderApp(<CurrentView />, { at: "/plugin/lineage?view=health" });
  expect(await screen.findByRole("alert")).toHaveTextContent("A part of this page could not be loaded");
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("works")).toBeVisible();
  expect(load).toHaveBeenCalledTimes(2);
});
