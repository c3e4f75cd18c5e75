import type { Schema } from "../api/types";

export type Run = Schema<"Run">;
export type RunDataset = Schema<"RunDataset">;

/** One attempt of a DAG run with what it touched. */
export type TaskOfRun = Schema<"DagRunAttempt">;

export type TaskGroup = {
  task: string;
  runs: TaskOfRun[];
  inputs: Touched[];
  outputs: Touched[];
  statements: string[];
  /** Seconds, of all instances together; `null` where none is known. */
  duration: number | null;
  errors: number;
  isMasked: boolean;
};

export type Touched = {
  namespace: string;
  name: string;
  /** Sum over mapped instances; `null` as soon as one does not say. */
  rows: number | null;
  bytes: number | null;
  evidence: string[];
  states: string[];
  instances: number;
};

/** Attempts by task, in the order in which tasks started; mapped instances together. */
export const byTask = (runs: readonly TaskOfRun[]): TaskGroup[] => {
  const groups = new Map<string, TaskOfRun[]>();
  const ordered = [...runs].sort((a, b) => startOf(a).localeCompare(startOf(b)) || a.run.id - b.run.id);
  for (const each of ordered) {
    const task = each.run.task_id ?? each.run.job_name;
    groups.set(task, [...(groups.get(task) ?? []), each]);
  }
  return [...groups.entries()].map(([task, members]) => ({
    task,
    runs: members,
    inputs: touched(members.flatMap((each) => each.inputs)),
    outputs: touched(members.flatMap((each) => each.outputs)),
    statements: [...new Set(members.flatMap((each) => each.statements))],
    duration: summed(members.map((each) => each.run.duration).filter((value) => value !== null)),
    errors: members.reduce((sum, each) => sum + each.run.errors, 0),
    isMasked: members.some((each) => each.is_masked),
  }));
};

/** Datasets, each once. */
export const touched = (datasets: readonly RunDataset[]): Touched[] => {
  const found = new Map<string, RunDataset[]>();
  for (const each of datasets) {
    const key = JSON.stringify([each.namespace, each.name]);
    found.set(key, [...(found.get(key) ?? []), each]);
  }
  return [...found.values()].map((members) => ({
    namespace: (members[0] as RunDataset).namespace,
    name: (members[0] as RunDataset).name,
    rows: whole(members.map((each) => each.rows)),
    bytes: whole(members.map((each) => each.bytes)),
    evidence: [...new Set(members.flatMap((each) => each.evidence))].sort(),
    states: [...new Set(members.map((each) => each.state))].sort(),
    instances: members.length,
  }));
};

const whole = (values: readonly (number | null)[]): number | null => {
  return values.some((value) => value === null) ? null : summed(values as number[]);
};

const summed = (values: readonly number[]): number | null => {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
};

const startOf = (each: TaskOfRun): string => {
  return each.run.started_at ?? each.run.recorded_at;
};
