import { act, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { renderApp } from "../test/render";
import { formatTime } from "../i18n/format";
import { serve } from "../test/server";
import { ErrorBoundary } from "./ErrorBoundary";
import { forgetPage } from "./pages";
import { Root } from "./Root";
import { VIEWS } from "./views";

test("the navigation page opens the graph and names every view", async () => {
  serve({});
  renderApp(<Root />);
  const current = await screen.findByRole("link", { current: "page" });
  expect(current).toHaveTextContent("Graph");
  expect(screen.getByRole("link", { name: "Findings" })).toHaveAttribute("href", "/plugin/lineage?view=findings");
});

test("a tab has no bar of views", async () => {
  serve({});
  renderApp(<Root dagId="shop" />, { at: "/dags/shop/plugin/lineage-dag" });
  expect(await screen.findByTestId("lineage-root")).toBeInTheDocument();
  expect(screen.queryByRole("navigation")).not.toBeInTheDocument();
});

test("what breaks is told in its place and can be tried again", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  let broken = true;
  const Breaks = () => {
    if (broken) throw new Error("no such thing");
    return <p>works</p>;
  };
  renderApp(
    <ErrorBoundary>
      <Breaks />
    </ErrorBoundary>,
  );
  expect(screen.getByRole("alert")).toHaveTextContent("no such thing");
  broken = false;
  screen.getByRole("button", { name: "Try again" }).click();
  expect(await screen.findByText("works")).toBeInTheDocument();
});

test("times are shown anew when another time zone is picked in Airflow", async () => {
  const pick = (zone: string): void => {
    localStorage.setItem("timezone", JSON.stringify(zone));
    window.dispatchEvent(new StorageEvent("local-storage", { key: "timezone" }));
  };
  vi.spyOn(VIEWS.health, "load").mockResolvedValue({ default: () => <p>{formatTime("2026-06-01T20:30:00Z")}</p> });
  forgetPage("health");
  pick("UTC");
  renderApp(<Root />, { at: "/plugin/lineage?view=health" });
  expect(await screen.findByText(/8:30:00/)).toBeVisible();
  act(() => pick("Asia/Tokyo"));
  expect(await screen.findByText(/Jun 2, 2026.*5:30:00/)).toBeVisible();
});
