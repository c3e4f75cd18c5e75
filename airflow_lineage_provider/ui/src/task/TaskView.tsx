import { Stack } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import type { PluginProps } from "../app/destination";
import { SmallGraph } from "../dag/SmallGraph";
import { TouchedTable } from "../dag/TouchedTable";
import { touchedBy } from "../dag/touchedBy";
import { t } from "../i18n/t";
import { Answered } from "../ui/Answered";
import { EmptyState } from "../ui/EmptyState";
import { LineageLink } from "../ui/LineageLink";
import { Section } from "../ui/Section";
import { AttemptBody } from "./AttemptBody";
import { TaskRuns } from "./TaskRuns";
import { useTaskGraph, useTaskRuns } from "./useTask";

/** A task over its runs: what it reads and writes, how it went, and its newest attempt in full. */
const TaskView = ({ dagId = "", taskId = "" }: PluginProps) => (
  <Answered query={useTaskRuns(dagId, taskId)}>
    {({ runs }) => {
      const newest = runs[0]?.run;
      if (newest === undefined) return <EmptyState hint={t("task.nothingHint")} title={t("task.nothing")} />;
      return (
        <Stack gap={0} p={4}>
          <Around job={newest} />
          <Section title={t("task.runs")}>
            <TaskRuns runs={runs} />
          </Section>
          <Section title={t("task.newest")}>
            <AttemptBody key={newest.id} runId={newest.id} />
          </Section>
        </Stack>
      );
    }}
  </Answered>
);

type AroundProps = { readonly job: Pick<Schema<"Run">, "job_namespace" | "job_name"> };

/** What stands beside a task in the graph, what it reads and what it writes. */
const Around = ({ job }: AroundProps) => (
  <Answered query={useTaskGraph(job.job_namespace, job.job_name)}>
    {(graph) =>
      graph === null ? null : (
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
      )
    }
  </Answered>
);

export default TaskView;
