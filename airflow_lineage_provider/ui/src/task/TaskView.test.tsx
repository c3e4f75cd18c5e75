import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { aRun } from "../run/example";
import { renderApp } from "../test/render";
import { serve } from "../test/server";
import TaskView from "./TaskView";

afterEach(() => vi.unstubAllGlobals());

const refused = () => new Response(JSON.stringify({ detail: "the graph is too large" }), { status: 400 });

test("a graph that could not be loaded is said, and the runs are there all the same", async () => {
  serve({ "/api/v2/runs": { runs: [{ run: aRun(), inputs: 0, outputs: 0 }], next_cursor: null }, "/api/v2/graph": refused });
  renderApp(<TaskView dagId="shop" taskId="load" />);
  expect(await screen.findByText("the graph is too large")).toBeVisible();
  expect(screen.getByRole("link", { name: "manual__1" })).toBeVisible();
});
