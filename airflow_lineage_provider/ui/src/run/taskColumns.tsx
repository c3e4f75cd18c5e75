import { Box, Stack, Text } from "@chakra-ui/react";

import { formatDuration } from "../i18n/format";
import { t } from "../i18n/t";
import { DatasetLink } from "../ui/DatasetLink";
import { Evidence } from "../ui/Evidence";
import { LineageLink } from "../ui/LineageLink";
import type { TableColumn } from "../ui/SimpleTable";
import { StateBadge } from "../ui/StateBadge";
import type { TaskGroup, Touched } from "./byTask";
import { sizeText } from "./sizeText";
import { worstState } from "./worstState";

/** Columns of the tasks of a DAG run. */
export const taskColumns = (dagId: string, runId: string): TableColumn<TaskGroup>[] => [
  { key: "task", header: t("run.task"), cell: (group) => <Task dagId={dagId} group={group} runId={runId} /> },
  {
    key: "state",
    header: t("run.state"),
    width: "8rem",
    cell: ({ runs }) => <StateBadge state={worstState(runs.map(({ run }) => run.state))} />,
  },
  { key: "inputs", header: t("run.inputs"), cell: ({ inputs }) => <Datasets datasets={inputs} /> },
  { key: "outputs", header: t("run.outputs"), cell: ({ outputs }) => <Datasets datasets={outputs} /> },
  { key: "duration", header: t("run.duration"), width: "7rem", cell: ({ duration }) => formatDuration(duration) },
];

type TaskProps = { readonly dagId: string; readonly runId: string; readonly group: TaskGroup };

const Task = ({ dagId, runId, group: { task, runs, errors, statements } }: TaskProps) => (
  <Box minWidth="9rem">
    <LineageLink
      fontWeight="medium"
      overflowWrap="anywhere"
      params={{ dag_id: dagId, run_id: runId, task_id: task, map_index: runs[0]?.run.map_index }}
      textDecoration="underline"
      view="task_instance"
    >
      {task}
    </LineageLink>
    {runs.length > 1 ? (
      <Text color="fg.muted" fontSize="xs">
        {t("run.instances", { count: runs.length })}
      </Text>
    ) : null}
    {statements.length > 0 ? (
      <Text color="fg.muted" fontSize="xs" title={statements.join("\n")}>
        {t("run.statements", { count: statements.length })}
      </Text>
    ) : null}
    {errors > 0 ? (
      <Text color="fg.error" fontSize="xs">
        {t("run.errors", { count: errors })}
      </Text>
    ) : null}
  </Box>
);

const Datasets = ({ datasets }: { readonly datasets: readonly Touched[] }) => (
  <Stack gap={2}>
    {datasets.length === 0 ? <Text color="fg.muted">–</Text> : null}
    {datasets.map((dataset) => (
      <Box key={`${dataset.namespace} ${dataset.name}`}>
        <DatasetLink name={dataset.name} namespace={dataset.namespace} />
        <Text color="fg.muted" fontSize="xs">
          {sizeText(dataset)}
        </Text>
        <Evidence words={dataset.evidence} />
      </Box>
    ))}
  </Stack>
);
