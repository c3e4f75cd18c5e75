import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { renderApp } from "../test/render";
import { serve } from "../test/server";
import { RunDiffSection } from "./RunDiffSection";

afterEach(() => vi.unstubAllGlobals());

const none = { before: null, after: null, ratio: null };
const diff = { before_run_id: "manual__0", tasks: [], tasks_added: ["load"], tasks_removed: [], duration: none, is_same: false };

test("only the server knows which run was before, and is asked once", async () => {
  const requests = serve({ "/api/v2/dag-runs/diff": diff });
  renderApp(<RunDiffSection dagId="shop" runId="manual__1" />);
  expect(await screen.findByText("Task load is new")).toBeVisible();
  expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(["/lineage/api/v2/dag-runs/diff"]);
});

test("that there is no earlier run is no error; what is one can be tried again", async () => {
  serve({
    "/api/v2/dag-runs/diff": (query: URLSearchParams) =>
      new Response(JSON.stringify({ detail: "words of the server" }), { status: query.get("with") === "previous" ? 404 : 500 }),
  });
  renderApp(<RunDiffSection dagId="shop" runId="manual__1" />);
  expect(await screen.findByText("There is no earlier run to compare with.")).toBeVisible();
  await userEvent.selectOptions(screen.getByLabelText("Compare with"), "last-success");
  expect(await screen.findByRole("alert")).toHaveTextContent("words of the server");
});
