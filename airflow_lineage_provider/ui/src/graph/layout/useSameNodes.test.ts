import { renderHook } from "@testing-library/react";
import { expect, test } from "vitest";

import { node } from "../model/example";
import type { LineageFlowNode } from "../nodes/flowTypes";
import { useSameNodes } from "./useSameNodes";

const A = node("d:a");
const flowNode = (state: string | null, up = 0): LineageFlowNode => ({
  id: "d:a",
  type: "lineage",
  position: { x: 0, y: 0 },
  data: { node: A, hidden: { up, down: 0 }, canShutUp: false, canShutDown: false, state, isLate: false, isRoot: true, withColumns: false },
});

test("a node that is as before is the very same, one that changed is not", () => {
  const first = [flowNode(null)];
  const { result, rerender } = renderHook(({ nodes }) => useSameNodes(nodes), { initialProps: { nodes: first } });
  rerender({ nodes: [flowNode(null)] });
  expect(result.current[0]).toBe(first[0]);
  rerender({ nodes: [flowNode("success")] });
  expect(result.current[0]).not.toBe(first[0]);
  rerender({ nodes: [flowNode("success", 2)] });
  expect(result.current[0]?.data).toHaveProperty("hidden", { up: 2, down: 0 });
});
