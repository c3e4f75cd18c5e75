import { screen, waitFor } from "@testing-library/react";
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

test("Enter picks nothing that was found for what stood there before", async () => {
  serve(answers);
  const onPick = vi.fn();
  renderApp(<SearchBox onPick={onPick} />);
  const field = screen.getByRole("combobox");
  await userEvent.type(field, "order");
  expect(await screen.findAllByRole("option")).toHaveLength(2);
  await userEvent.type(field, "s_daily{Enter}");
  expect(onPick).not.toHaveBeenCalled();
  await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(1));
  await userEvent.keyboard("{Enter}");
  expect(onPick.mock.calls).toEqual([["dataset:lake:orders_daily"]]);
});

test("a DAG and a column can be picked", async () => {
  serve({
    "/api/v2/search": {
      hits: [
        { ...hit("shop"), type: "dag", node_id: "dag:default:shop", namespace: "default", dag_id: "shop" },
        { ...hit("shop"), type: "column", columns: ["shop_id", "shop_name"] },
      ],
      next_cursor: null,
      is_truncated: false,
    },
  });
  const onPick = vi.fn();
  renderApp(<SearchBox onPick={onPick} />);
  for (const [name, node] of [
    [/^shop ?DAG/, "dag:default:shop"],
    [/^shop.shop_name/, "column:lake:shop:shop_name"],
  ] as const) {
    await userEvent.type(screen.getByRole("combobox"), "shop");
    await userEvent.click(await screen.findByRole("option", { name }));
    expect(onPick).toHaveBeenLastCalledWith(node);
  }
});

test.each([
  [403, "This needs the right to read DAGs."],
  [500, "The database is gone"],
])("why nothing could be searched (%i) is said, and not that there is nothing", async (status, detail) => {
  serve({ "/api/v2/search": () => Response.json({ detail }, { status }) });
  renderApp(<SearchBox onPick={() => undefined} />);
  await userEvent.type(screen.getByRole("combobox"), "orders");
  expect(await screen.findByRole("alert")).toHaveTextContent(detail);
  expect(screen.queryByText("Nothing is called that")).toBeNull();
});

test("only types that are wanted are asked for, and what is picked stands in the field until somebody types", async () => {
  const requests = serve(answers);
  remember(node("d:orders"));
  const onPick = vi.fn();
  renderApp(<SearchBox chosen="lake:customers" onPick={onPick} types={["dataset", "column"]} />);
  const field = screen.getByRole("combobox");
  expect(field).toHaveValue("lake:customers");
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
  expect(onPick).not.toHaveBeenCalled();
  await userEvent.keyboard("ord");
  expect(field).toHaveValue("ord");
  await screen.findAllByRole("option", { name: /orders_daily/ });
  expect(new URL(requests[0]?.url ?? "").searchParams.getAll("type")).toEqual(["dataset", "column"]);
  await userEvent.tab();
  expect(field).toHaveValue("lake:customers");
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
