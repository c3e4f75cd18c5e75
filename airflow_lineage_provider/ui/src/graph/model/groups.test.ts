import { expect, test } from "vitest";

import { edge, node } from "./example";
import { groupsOf } from "./groups";

const NODES = [
  node("j:1", { dag_id: "shop" }),
  node("j:2", { dag_id: "shop" }),
  node("j:3", { dag_id: "report" }),
  node("d:inner"),
  node("d:shared"),
  node("masked:1"),
];
const EDGES = [edge("j:1", "d:inner"), edge("d:inner", "j:2"), edge("j:2", "d:shared"), edge("d:shared", "j:3")];

test("by DAG, a dataset stands with the only DAG that touches it", () => {
  const groups = groupsOf(NODES, EDGES, "dag");
  expect(groups.get("d:inner")).toBe("shop");
  expect(groups.has("d:shared")).toBe(false);
  expect(groups.has("masked:1")).toBe(false);
});

test("one node alone gets no box", () => {
  expect(groupsOf(NODES, EDGES, "dag").has("j:3")).toBe(false);
});

test("by namespace, datasets and jobs of one stand together", () => {
  expect(groupsOf(NODES, EDGES, "namespace").get("d:shared")).toBe("lake");
  expect(groupsOf(NODES, EDGES, "none").size).toBe(0);
});
