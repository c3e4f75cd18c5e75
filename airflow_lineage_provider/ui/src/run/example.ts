import type { Run, RunDataset, TaskOfRun } from "./byTask";

/** A run as the server answers it, for tests. */
export const aRun = (changed: Partial<Run> = {}): Run => {
  return {
    id: 1,
    job_namespace: "default",
    job_name: "shop.load",
    dag_id: "shop",
    task_id: "load",
    operator: "PythonOperator",
    run_id: "manual__1",
    map_index: -1,
    try_number: 1,
    openlineage_run_id: null,
    state: "success",
    capture: "recorded",
    started_at: "2026-06-01T08:00:00Z",
    ended_at: "2026-06-01T08:00:03Z",
    recorded_at: "2026-06-01T08:00:04Z",
    duration: 3,
    errors: 0,
    ...changed,
  };
};

/** A dataset of a run, for tests. */
export const touching = (name: string, changed: Partial<RunDataset> = {}): RunDataset => {
  return {
    namespace: "postgres://db:5432",
    name,
    evidence: ["sql"],
    state: "read",
    rows: 10,
    bytes: null,
    partitions: [],
    partition_count: null,
    columns: [],
    ...changed,
  };
};

/** An attempt with what it touched, for tests. */
export const anAttempt = (changed: Partial<TaskOfRun> = {}): TaskOfRun => {
  return { run: aRun(), inputs: [], outputs: [], statements: [], is_masked: false, ...changed };
};
