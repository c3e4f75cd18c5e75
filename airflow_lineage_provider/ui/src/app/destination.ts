/** What Airflow gives to the component at each of its places. */
export type PluginProps = {
  readonly dagId?: string;
  readonly runId?: string;
  readonly taskId?: string;
  readonly mapIndex?: string | number;
  /** Of asset pages, in releases of Airflow that have a place there. */
  readonly asset?: { readonly uri?: string; readonly name?: string };
  readonly assetUri?: string;
};

export type Destination = "nav" | "dag" | "dag_run" | "task" | "task_instance" | "asset";

/** The place by what is given there: the props are all that tells them apart. */
export const destinationOf = ({ dagId, runId, taskId, asset, assetUri }: PluginProps): Destination => {
  if (asset || assetUri) return "asset";
  if (!dagId) return "nav";
  if (taskId) return runId ? "task_instance" : "task";
  return runId ? "dag_run" : "dag";
};

/** The map index as a number; -1 is a task that is not mapped, as in Airflow's API. */
export const mapIndexOf = ({ mapIndex }: PluginProps): number => {
  const number = Number(mapIndex ?? -1);
  return Number.isInteger(number) ? number : -1;
};
