import { beforeEach, expect, test } from "vitest";

import type { Schema } from "../../api/types";
import { node } from "../model/example";
import { offersOf, recentOffers } from "./offers";
import { remember } from "./recent";

beforeEach(() => localStorage.clear());

const hit = (more: Partial<Schema<"Hit">>): Schema<"Hit"> => ({
  type: "dataset",
  node_id: "dataset:lake:orders",
  namespace: "lake",
  name: "orders",
  columns: [],
  dag_id: null,
  task_id: null,
  ...more,
});

test("a dataset, a DAG and each column that matches can be picked, each once", () => {
  const found = offersOf([
    hit({}),
    hit({ type: "dag", node_id: "dag:default:orders", namespace: "default", dag_id: "orders" }),
    hit({ type: "column", columns: ["order_id", "order_day"] }),
  ]);
  expect(found.map(({ id }) => id)).toEqual([
    "dataset:lake:orders",
    "dag:default:orders",
    "column:lake:orders:order_id",
    "column:lake:orders:order_day",
  ]);
  expect(found[2]?.hit).toMatchObject({ type: "column", name: "orders.order_id", namespace: "lake" });
});

test("of what was looked at lately only what may be picked is offered", () => {
  remember(node("d:orders"));
  remember(node("j:load"));
  expect(recentOffers(undefined).map(({ id }) => id)).toEqual(["j:load", "d:orders"]);
  expect(recentOffers(["dataset", "column"]).map(({ id }) => id)).toEqual(["d:orders"]);
});
