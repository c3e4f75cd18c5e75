import { Stack } from "@chakra-ui/react";

import type { PluginProps } from "../app/destination";
import { SmallGraph } from "../dag/SmallGraph";
import { TouchedTable } from "../dag/TouchedTable";
import { touchedBy } from "../dag/touchedBy";
import { t } from "../i18n/t";
import { EmptyState } from "../ui/EmptyState";
import { ErrorState } from "../ui/ErrorState";
import { LineageLink } from "../ui/LineageLink";
import { LoadingState } from "../ui/LoadingState";
import { Section } from "../ui/Section";
import { AttemptBody } from "./AttemptBody";
import { TaskRuns } from "./TaskRuns";
import { useTaskGraph, useTaskRuns } from "./useTask";

/** A task over its runs: what it reads and writes, how it went, and its newest attempt in full. */
const TaskView = ({ dagId = "", taskId = "" }: PluginProps) => {
  const { data, error, refetch } = useTaskRuns(dagId, taskId);
  const newest = data?.runs[0]?.run;
  const graph = useTaskGraph(newest?.job_namespace, newest?.job_name).data;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <LoadingState />;
  if (newest === undefined) return <EmptyState hint={t("task.nothingHint")} title={t("task.nothing")} />;
  return (
    <Stack gap={0} p={4}>
      {graph ? (
        <>
          <Section
            actions={
              <LineageLink params={{ node: graph.root }} view="graph">
                {t("dag.whole")}
              </LineageLink>
            }
            title={t("dag.graph")}
          >
            <SmallGraph graph={graph} />
          </Section>
          {(["reads", "writes"] as const).map((way) => (
            <Section key={way} title={t(`dag.${way}`)}>
              <TouchedTable label={t(`dag.${way}`)} rows={touchedBy(graph, way)} />
            </Section>
          ))}
        </>
      ) : null}
      <Section title={t("task.runs")}>
        <TaskRuns runs={data.runs} />
      </Section>
      <Section title={t("task.newest")}>
        <AttemptBody key={newest.id} runId={newest.id} />
      </Section>
    </Stack>
  );
};

export default TaskView;
