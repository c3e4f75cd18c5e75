import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { renderApp } from "../../test/render";
import { serve } from "../../test/server";
import { node } from "../model/example";
import { remember } from "./recent";
import { SearchBox } from "./SearchBox";

afterEach(() => vi.unstubAllGlobals());

const hit = (name: string) => ({ type: "dataset", node_id: `dataset:lake:${name}`, namespace: "lake", name, dag_id: null, task_id: null, columns: [] });
const answers = {
  "/api/v2/search": (query: URLSearchParams) => ({
    hits: [hit("orders"), hit("orders_daily")].filter(({ name }) => name.includes(query.get("q") ?? "")),
    next_cursor: null,
    is_truncated: false,
  }),
};

test("what is typed is offered, and picked by keys", async () => {
  serve(answers);
  const onPick = vi.fn();
  renderApp(<SearchBox onPick={onPick} />);
  await userEvent.type(screen.getByRole("combobox"), "order");
  expect(await screen.findAllByRole("option")).toHaveLength(2);
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(onPick).toHaveBeenCalledWith("dataset:lake:orders_daily");
});

test("nothing found says what to do next", async () => {
  serve(answers);
  renderApp(<SearchBox onPick={() => undefined} />);
  await userEvent.type(screen.getByRole("combobox"), "nosuch");
  expect(await screen.findByText("Nothing is called that")).toBeInTheDocument();
});

test("an empty field offers what was looked at lately, never what was masked", async () => {
  serve(answers);
  remember(node("d:orders"));
  remember(node("masked:1"));
  renderApp(<SearchBox onPick={() => undefined} />);
  await userEvent.click(screen.getByRole("combobox"));
  expect(await screen.findAllByRole("option")).toHaveLength(1);
});

test("the URI of an asset finds the dataset that it is", async () => {
  serve(answers);
  const onPick = vi.fn();
  renderApp(<SearchBox onPick={onPick} />);
  await userEvent.type(screen.getByRole("combobox"), "s3://somewhere/lake/orders");
  expect((await screen.findAllByRole("option"))[0]).toHaveTextContent("orders");
  await userEvent.keyboard("{Enter}");
  expect(onPick).toHaveBeenCalledWith("dataset:lake:orders");
});
