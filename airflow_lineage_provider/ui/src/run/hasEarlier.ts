import type { Schema } from "../api/types";

type Run = Pick<Schema<"Run">, "run_id" | "started_at" | "recorded_at" | "state">;

/** Whether attempts of a DAG show a run of it that began before this one, and ended well where that is asked. */
export const hasEarlier = (attempts: readonly Run[], runId: string, other: "previous" | "last-success"): boolean => {
  const begins = new Map<string, string>();
  const failed = new Set<string>();
  for (const { run_id, started_at, recorded_at, state } of attempts) {
    if (run_id === null) continue;
    const at = started_at ?? recorded_at;
    begins.set(run_id, [begins.get(run_id) ?? at, at].sort()[0] ?? at);
    if (state !== "success") failed.add(run_id);
  }
  const own = begins.get(runId);
  return [...begins].some(
    ([id, at]) => id !== runId && (own === undefined || at < own) && (other === "previous" || !failed.has(id)),
  );
};
