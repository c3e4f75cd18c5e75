import { useMemo, useRef } from "react";

import type { FlowNode } from "../nodes/flowTypes";

/** The same nodes, as the very objects of before where nothing about them is new: these are not drawn again. */
export const useSameNodes = (nodes: readonly FlowNode[]): FlowNode[] => {
  const before = useRef<ReadonlyMap<string, FlowNode>>(new Map());
  return useMemo(() => {
    const same = nodes.map((node) => {
      const old = before.current.get(node.id);
      return old && isSame(old, node) ? old : node;
    });
    before.current = new Map(same.map((node) => [node.id, node]));
    return same;
  }, [nodes]);
};

/** By value, as deep as such nodes go; the API's own nodes are the same objects as long as they say the same. */
export const isSame = (one: unknown, other: unknown, depth = 3): boolean => {
  if (Object.is(one, other)) return true;
  if (depth === 0 || typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && isSame(a[key], b[key], depth - 1));
};
