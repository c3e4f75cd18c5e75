import { expect, test } from "vitest";

import { nodeStates } from "./nodeState";

const item = (id: string, status: "failed" | "late" | "running" | "ok" | "unknown", state: string | null, more = {}) => ({
  id,
  namespace: "default",
  dag_id: null,
  distance: 1,
  status,
  last_run: state === null ? null : { id: 1, state, started_at: null, ended_at: null },
  ...more,
});

test("what is late is as its last run was, and late", () => {
  const states = nodeStates(null, [[item("job:a", "late", "success"), item("job:b", "ok", "success")]]);
  expect(states.get("job:a")).toEqual({ state: "success", isLate: true });
  expect(states.get("job:b")).toEqual({ state: "success", isLate: false });
});

test("what nobody knows of has no state", () => {
  expect(nodeStates(null, [[item("job:a", "unknown", null)], undefined]).size).toBe(0);
});

test("a DAG is as its worst task", () => {
  const of = { dag_id: "shop" };
  const states = nodeStates(null, [[item("job:a", "ok", "success", of), item("job:b", "failed", "failed", of), item("job:c", "late", "success", of)]]);
  expect(states.get("dag:default:shop")).toEqual({ state: "failed", isLate: true });
});

test("the dataset in the middle is as the jobs that write it", () => {
  const lists = [[item("job:a", "failed", "failed"), item("job:far", "running", "running", { distance: 3 })], [item("job:reader", "running", "running")]];
  expect(nodeStates("dataset:x", lists).get("dataset:x")).toEqual({ state: "failed", isLate: false });
});
