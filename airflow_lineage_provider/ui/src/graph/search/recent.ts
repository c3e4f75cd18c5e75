import type { GraphNode } from "../model/types";

export type Recent = Pick<GraphNode, "id" | "type" | "namespace" | "name" | "dag_id">;

const KEY = "lineage.recent";
const MOST = 8;

/** Nodes that were looked at in this browser, the last one first. */
export const recentNodes = (): Recent[] => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isRecent).slice(0, MOST) : [];
  } catch {
    return [];
  }
};

export const remember = ({ id, type, namespace, name, dag_id, masked }: GraphNode): void => {
  const before = recentNodes();
  if (masked || before[0]?.id === id) return;
  const kept = [{ id, type, namespace, name, dag_id }, ...before.filter((node) => node.id !== id)].slice(0, MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Storage may be full or forbidden; then nothing is remembered.
  }
};

const isRecent = (value: unknown): value is Recent =>
  typeof value === "object" && value !== null && typeof (value as Recent).id === "string" && typeof (value as Recent).type === "string";
