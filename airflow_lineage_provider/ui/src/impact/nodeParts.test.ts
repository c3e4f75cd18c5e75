import { expect, test } from "vitest";

import { columnNode, nodeText, partsOf } from "./nodeParts";

const DATASET = "dataset:postgres://db:5432:shop.public.orders";

test("a column is of the dataset it was made from", () => {
  const column = columnNode(DATASET, "amount");
  expect(column).toBe("column:postgres://db:5432:shop.public.orders:amount");
  expect(partsOf(column)).toEqual({ dataset: DATASET, column: "amount" });
});

test("a dataset has no column, and what is neither has nothing", () => {
  expect(partsOf(DATASET)).toEqual({ dataset: DATASET, column: "" });
  expect([partsOf("job:default:a.b"), partsOf("column:x"), partsOf("")]).toEqual([
    { dataset: "", column: "" },
    { dataset: "", column: "" },
    { dataset: "", column: "" },
  ]);
});

test("people see a node without the word for its type", () => {
  expect(nodeText("dag:default:shop")).toBe("default:shop");
});
