import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { renderApp } from "../test/render";
import { serve } from "../test/server";
import { RootPicker } from "./RootPicker";

afterEach(() => vi.unstubAllGlobals());

const show = (onNode: (node: string) => void): void => {
  renderApp(<RootPicker direction="downstream" node="dataset:lake:orders" onDirection={() => undefined} onNode={onNode} />);
};

test("a column is picked by a part of its name", async () => {
  serve({
    "/api/v2/search": {
      hits: [{ type: "column", node_id: "dataset:lake:sales", namespace: "lake", name: "sales", columns: ["day"], dag_id: null, task_id: null }],
      next_cursor: null,
      is_truncated: false,
    },
  });
  const onNode = vi.fn();
  show(onNode);
  const field = screen.getByLabelText("Dataset or column");
  expect(field).toHaveValue("lake:orders");
  await userEvent.clear(field);
  await userEvent.type(field, "day");
  await screen.findByRole("option", { name: /sales\.day/ });
  await userEvent.keyboard("{Enter}");
  expect(onNode).toHaveBeenCalledWith("column:lake:sales:day");
});

test("a search that fails is not told as nothing found", async () => {
  serve({ "/api/v2/search": () => Response.json({ detail: "The database is gone" }, { status: 500 }) });
  show(() => undefined);
  const field = screen.getByLabelText("Dataset or column");
  await userEvent.clear(field);
  await userEvent.type(field, "day");
  expect(await screen.findByRole("alert")).toHaveTextContent("The database is gone");
});
