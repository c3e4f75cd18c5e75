import type { Schema } from "../api/types";

type Run = Schema<"Run">;

/** Map indices and tries of a task in a DAG run. */
export type Attempts = {
  readonly mapIndices: readonly number[];
  /** Tries of the chosen map index, the newest first. */
  readonly tries: readonly Run[];
  readonly chosen: Run | null;
};

/** The attempt that is asked for; where it is not known, the newest of that index, else of all. */
export const chooseAttempt = (runs: readonly Run[], mapIndex: number, tryNumber: number | null): Attempts => {
  const mapIndices = [...new Set(runs.map((run) => run.map_index))].sort((a, b) => a - b);
  const index = mapIndices.includes(mapIndex) ? mapIndex : mapIndices[0];
  const tries = runs
    .filter((run) => run.map_index === index)
    .sort((a, b) => b.try_number - a.try_number || b.id - a.id);
  return { mapIndices, tries, chosen: tries.find((run) => run.try_number === tryNumber) ?? tries[0] ?? null };
};
