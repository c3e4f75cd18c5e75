import type { Schema } from "../api/types";

type Run = Schema<"Run">;

/** Map indices and tries of a task in a DAG run. */
export type Attempts = {
  readonly mapIndices: readonly number[];
  /** The map index that is shown; `null` without any attempt. */
  readonly index: number | null;
  /** Tries of the chosen map index, the newest first. */
  readonly tries: readonly Run[];
  readonly chosen: Run | null;
};

/**
 * The attempt that is asked for, or none: another instance is not what was asked for. `null` asks for any, which is the
 * first map index, and the newest try.
 */
export const chooseAttempt = (runs: readonly Run[], mapIndex: number | null, tryNumber: number | null): Attempts => {
  const mapIndices = [...new Set(runs.map((run) => run.map_index))].sort((a, b) => a - b);
  const index = mapIndex ?? mapIndices[0] ?? null;
  const tries = runs
    .filter((run) => run.map_index === index)
    .sort((a, b) => b.try_number - a.try_number || b.id - a.id);
  const chosen = tryNumber === null ? tries[0] : tries.find((run) => run.try_number === tryNumber);
  return { mapIndices, index, tries, chosen: chosen ?? null };
};
