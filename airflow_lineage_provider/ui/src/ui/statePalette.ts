/** Palettes that Airflow's theme names after states. */
const STATES = new Set([
  "success",
  "failed",
  "running",
  "queued",
  "skipped",
  "scheduled",
  "restarting",
  "deferred",
  "removed",
  "up_for_retry",
  "up_for_reschedule",
  "upstream_failed",
]);

/** Words of other producers, and of the impact list, for the same. */
const OTHERS: Readonly<Record<string, string>> = {
  complete: "success",
  completed: "success",
  fail: "failed",
  abort: "failed",
  aborted: "failed",
  late: "warning",
  ok: "success",
  start: "running",
};

export const paletteOf = (state: string | null | undefined): string => {
  const name = (state ?? "").toLowerCase();
  return STATES.has(name) ? name : (OTHERS[name] ?? "none");
};
