import { expect, test } from "vitest";

import { columnLineage } from "./columnLineage";
import { linksOf } from "./useColumnLinks";
import { edge, node } from "../model/example";

const column = (dataset: string, name: string) => node(`column:${dataset}:${name}`, { type: "column", dataset, name });
const nodes = [column("raw", "price"), column("raw", "id"), column("mart", "revenue"), column("mart", "id"), node("d:unknown")];
const edges = [
  edge("column:raw:price", "column:mart:revenue"),
  edge("column:raw:id", "column:mart:id"),
  edge("d:unknown", "column:mart:id"),
];

test("only edges between columns with a name are links", () => {
  expect(linksOf({ nodes, edges })).toHaveLength(2);
});

test("a column stands out with what it is made from, and nothing else", () => {
  expect(columnLineage(linksOf({ nodes, edges }), "mart", "revenue")).toEqual(
    new Set(["mart\nrevenue", "raw\nprice", "mart", "raw"]),
  );
});
