import { Text } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { formatDuration, formatNumber, formatTime } from "../i18n/format";
import { t } from "../i18n/t";
import { CaptureBadge } from "../ui/CaptureBadge";
import { LineageLink } from "../ui/LineageLink";
import { SimpleTable } from "../ui/SimpleTable";
import { StateBadge } from "../ui/StateBadge";

/** The newest attempts of a task. */
export const TaskRuns = ({ runs }: { readonly runs: readonly Schema<"ListedRun">[] }) => (
  <SimpleTable
    columns={[
      {
        key: "run",
        header: t("task.run"),
        cell: ({ run }) => (
          <>
            <LineageLink
              overflowWrap="anywhere"
              params={{
                dag_id: run.dag_id,
                run_id: run.run_id,
                task_id: run.task_id,
                map_index: run.map_index,
                try_number: run.try_number,
              }}
              textDecoration="underline"
              view="task_instance"
            >
              {run.run_id}
            </LineageLink>
            <Text color="fg.muted" fontSize="xs">
              {[
                run.map_index >= 0 ? t("task.index", { index: run.map_index }) : null,
                run.try_number > 1 ? t("task.tryOnly", { number: run.try_number }) : null,
              ]
                .filter(Boolean)
                .join(" · ")}
            </Text>
          </>
        ),
      },
      { key: "state", header: t("run.state"), cell: ({ run }) => <StateBadge state={run.state} /> },
      { key: "capture", header: t("task.capture"), cell: ({ run }) => <CaptureBadge capture={run.capture} /> },
      { key: "inputs", header: t("run.inputs"), cell: ({ inputs }) => formatNumber(inputs) },
      { key: "outputs", header: t("run.outputs"), cell: ({ outputs }) => formatNumber(outputs) },
      { key: "started", header: t("task.started"), cell: ({ run }) => formatTime(run.started_at) },
      { key: "duration", header: t("run.duration"), cell: ({ run }) => formatDuration(run.duration) },
    ]}
    label={t("task.runs")}
    rowKey={({ run }) => run.id}
    rows={runs}
  />
);
