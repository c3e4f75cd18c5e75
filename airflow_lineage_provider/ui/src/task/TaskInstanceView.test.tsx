import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import type { Schema } from "../api/types";
import { aRun } from "../run/example";
import { renderApp } from "../test/render";
import { serve } from "../test/server";
import TaskInstanceView from "./TaskInstanceView";

afterEach(() => vi.unstubAllGlobals());

type Run = Schema<"Run">;
const TASK = { dagId: "shop", runId: "manual__1", taskId: "load" };
const RUNS = [
  aRun({ id: 30, map_index: 3, try_number: 1 }),
  aRun({ id: 21, map_index: 2, try_number: 2 }),
  aRun({ id: 20, map_index: 2, try_number: 1, state: "failed" }),
];

/** A server that lists at most `most` runs. */
const open = (runs: readonly Run[], props: { readonly mapIndex?: string } = {}, query = "", most = 500) => {
  const requests = serve({
    "/api/v2/runs": (asked: URLSearchParams) => {
      const index = asked.get("map_index");
      const fitting = runs.filter((run) => index === null || run.map_index === Number(index));
      return {
        runs: fitting.slice(0, most).map((run) => ({ run, duration: 1, inputs: 0, outputs: 0 })),
        next_cursor: fitting.length > most ? "more" : null,
      };
    },
  });
  renderApp(<TaskInstanceView {...TASK} {...props} />, { at: `/dags/shop/runs/manual__1/tasks/load${query}`, place: "tab" });
  return requests;
};
const shown = async (): Promise<string | null> =>
  new URL((await screen.findByRole("link", { name: "Show the graph of this run" })).getAttribute("href") ?? "", "http://x").searchParams.get("node");

test("an instance that is not recorded shows nothing of another one, and which there are", async () => {
  open(RUNS, { mapIndex: "7" });
  expect(await screen.findByText("Nothing is recorded of map index 7 yet")).toBeInTheDocument();
  expect(screen.queryByRole("link", { name: "Show the graph of this run" })).toBeNull();
  expect(screen.getByLabelText("Map index (of 3)")).toHaveValue("7");
});

test("a try that is not recorded shows nothing of another one", async () => {
  open(RUNS, { mapIndex: "2" }, "?try_number=3");
  expect(await screen.findByText("Nothing is recorded of try 3")).toBeInTheDocument();
  expect(screen.getByLabelText("Try (of 3)")).toHaveValue("3");
});

test("where no instance is meant, the newest try of the first one is shown", async () => {
  open(RUNS);
  expect(await shown()).toBe("run:21");
});

test("an instance of a task with more attempts than a page holds is asked for", async () => {
  const requests = open(RUNS, { mapIndex: "2" }, "", 1);
  expect(await shown()).toBe("run:21");
  expect(new URL(requests[1]?.url ?? "").searchParams.get("map_index")).toBe("2");
  expect(screen.getByText("Map index (of the newest 500 attempts)")).toBeInTheDocument();
});

test("what is picked stands in the address, and is what the address shows", async () => {
  open(RUNS, { mapIndex: "3" });
  await userEvent.selectOptions(await screen.findByLabelText("Map index (of 2)"), "2");
  await userEvent.selectOptions(await screen.findByLabelText("Try (of 2)"), "1");
  expect(await shown()).toBe("run:20");
  expect(screen.getByTestId("location")).toHaveTextContent("?map_index=2&try_number=1");
  await userEvent.selectOptions(screen.getByLabelText("Map index (of 2)"), "3");
  await waitFor(() => expect(screen.getByTestId("location")).toHaveTextContent(/[?]map_index=3$/));
});

test("without any record the reader learns when there will be one", async () => {
  open([], { mapIndex: "3" });
  expect(await screen.findByText("Nothing is recorded of this task yet")).toBeInTheDocument();
});
