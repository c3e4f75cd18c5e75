import type { Schema } from "../api/types";
import { formatTime } from "../i18n/format";
import { t } from "../i18n/t";

/** When a DAG runs next in words, or nothing where that is not known. */
export const nextRunText = (next: Schema<"NextRun"> | undefined): string | null => {
  if (next === undefined) return null;
  if (next.is_paused) return t("impact.paused");
  if (next.next_run_at !== null) return t("impact.next", { at: formatTime(next.next_run_at) });
  return next.schedule ? t("impact.onSchedule", { schedule: next.schedule }) : t("impact.unscheduled");
};
