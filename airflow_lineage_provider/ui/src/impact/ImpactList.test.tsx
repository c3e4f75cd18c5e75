import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { renderApp } from "../test/render";
import { serve } from "../test/server";
import * as files from "../ui/saveFile";
import { anItem } from "./example";
import { ImpactList } from "./ImpactList";

const NODE = "dataset:s3://lake:orders";
const page = { root: NODE, direction: "downstream", items: [anItem()], total: 1, truncated: false };
const next = { dags: [{ dag_id: "report", next_run_at: null, schedule: "Asset", is_paused: false }] };

test("the list says who breaks, whom to tell and what starts their DAG", async () => {
  serve({ "/api/v2/impact": page, "/api/v2/dags/next-runs": next });
  renderApp(<ImpactList direction="downstream" node={NODE} />);
  expect(await screen.findByText("shop.daily_revenue")).toBeVisible();
  expect(screen.getByText("1 item · 1 owner · 1 DAG")).toBeVisible();
  expect(await screen.findByText("on Asset")).toBeVisible();
});

test("the CSV is the server's, of the same node and direction", async () => {
  const save = vi.spyOn(files, "saveFile").mockImplementation(() => undefined);
  const requests = serve({
    "/api/v2/impact": (query: URLSearchParams) => (query.get("format") === "csv" ? new Response("degree\n1\n") : page),
    "/api/v2/dags/next-runs": next,
  });
  renderApp(<ImpactList direction="downstream" node={NODE} />);
  await userEvent.click(await screen.findByRole("button", { name: "Download CSV" }));
  await waitFor(() => expect(save).toHaveBeenCalledWith("impact.csv", "text/csv;charset=utf-8", ["degree\n1\n"]));
  const asked = requests.map(({ url }) => new URL(url).searchParams).find((query) => query.get("format") === "csv");
  expect([asked?.get("nodeId"), asked?.get("direction")]).toEqual([NODE, "downstream"]);
});

test("nothing that depends on it is said, with what that may mean", async () => {
  serve({ "/api/v2/impact": { ...page, items: [], total: 0 } });
  renderApp(<ImpactList direction="downstream" node={NODE} />);
  expect(await screen.findByText("Nothing depends on it")).toBeVisible();
});

test("numbers of a list that goes on are those of its beginning, and say so", async () => {
  serve({ "/api/v2/impact": { ...page, total: 300, next_cursor: "2" }, "/api/v2/dags/next-runs": next });
  renderApp(<ImpactList direction="downstream" node={NODE} />);
  expect(await screen.findByText("300 items · in the first 1: 1 owner · 1 DAG")).toBeVisible();
  expect(screen.getByText(/^so far · 1 dataset/)).toBeVisible();
});

test("next runs that could not be loaded are said to be missing", async () => {
  serve({ "/api/v2/impact": page, "/api/v2/dags/next-runs": () => new Response("{}", { status: 400 }) });
  renderApp(<ImpactList direction="downstream" node={NODE} />);
  expect(await screen.findByRole("alert")).toHaveTextContent("When the DAGs run next could not be loaded.");
  expect(screen.getByText("shop.daily_revenue")).toBeVisible();
});
