import type { Schema } from "../../api/types";

/** How the newest run of a node ended, and whether it has been quiet for longer than it usually is. */
export type NodeState = { readonly state: string; readonly isLate: boolean };

type Item = Pick<Schema<"ImpactItem">, "id" | "namespace" | "dag_id" | "status" | "last_run" | "distance">;

/** States by node, of lists of what comes before and after a root, the one before first. */
export const nodeStates = (root: string | null, lists: readonly (readonly Item[] | undefined)[]): Map<string, NodeState> => {
  const states = new Map<string, NodeState>();
  for (const items of lists) {
    for (const item of items ?? []) {
      const state = stateOf(item);
      if (state === null) continue;
      states.set(item.id, state);
      if (item.dag_id) worsen(states, `dag:${item.namespace}:${item.dag_id}`, state);
    }
  }
  // The list leaves out what it starts from; a dataset is as the jobs that write it.
  if (root?.startsWith("dataset:")) {
    for (const item of lists[0] ?? []) {
      const state = stateOf(item);
      if (item.distance === 1 && state !== null) worsen(states, root, state);
    }
  }
  return states;
};

const stateOf = ({ status, last_run: run }: Item): NodeState | null => {
  if (status === "unknown") return null;
  const isLate = status === "late";
  return { state: run?.state ?? (isLate || status === "ok" ? "success" : status), isLate };
};

const FROM_BAD = ["failed", "fail", "abort", "upstream_failed", "up_for_retry", "running", "start"];

/** A DAG is as its worst task. */
const worsen = (states: Map<string, NodeState>, id: string, { state, isLate }: NodeState): void => {
  const before = states.get(id);
  const isWorse = before === undefined || badness(state) < badness(before.state);
  states.set(id, { state: isWorse ? state : before.state, isLate: isLate || (before?.isLate ?? false) });
};

const badness = (state: string): number => {
  const at = FROM_BAD.indexOf(state.toLowerCase());
  return at < 0 ? FROM_BAD.length : at;
};
