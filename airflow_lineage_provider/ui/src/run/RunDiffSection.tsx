import { Badge, Flex, Stack, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { client, unwrap } from "../api/client";
import { orNull } from "../api/orNull";
import type { Schema } from "../api/types";
import { t } from "../i18n/t";
import { AirflowLink, dagPath } from "../ui/AirflowLink";
import { Answered } from "../ui/Answered";
import { Change } from "../ui/Change";
import { Choice } from "../ui/Choice";
import { Section } from "../ui/Section";
import { TaskDiffCard } from "./TaskDiffCard";

type Props = { readonly dagId: string; readonly runId: string };

const WITH = ["previous", "last-success"] as const;
type With = (typeof WITH)[number];

/** What a DAG run did otherwise than the one before. */
export const RunDiffSection = ({ dagId, runId }: Props) => {
  const [other, setOther] = useState<With>("previous");
  const query = useQuery({
    queryKey: ["dag-run", "diff", dagId, runId, other],
    queryFn: () =>
      orNull(
        unwrap(client.GET("/api/v2/dag-runs/diff", { params: { query: { dag_id: dagId, run_id: runId, with: other } } })),
      ),
  });
  return (
    <Section
      actions={
        <Choice
          label={t("run.compareWith")}
          onChange={(value) => setOther(WITH.find((each) => each === value) ?? "previous")}
          options={WITH.map((value) => ({ value, label: t(value === "previous" ? "run.previous" : "run.lastSuccess") }))}
          value={other}
          width="12rem"
        />
      }
      title={t("run.diff")}
    >
      <Answered query={query}>
        {(diff) =>
          diff === null ? (
            <Text color="fg.muted">{t("run.noPrevious")}</Text>
          ) : (
            <Differences dagId={dagId} diff={diff} />
          )
        }
      </Answered>
    </Section>
  );
};

const Differences = ({ diff, dagId }: { readonly diff: Schema<"DagRunDiff">; readonly dagId: string }) => {
  const changed = diff.tasks.filter((task) => !task.diff.is_same);
  const same = diff.tasks.length - changed.length;
  return (
    <Stack gap={3}>
      <Flex align="center" gap={3} wrap="wrap">
        <Text>
          {t("run.comparedWith")}{" "}
          <AirflowLink overflowWrap="anywhere" to={dagPath(dagId, diff.before_run_id)}>
            {diff.before_run_id}
          </AirflowLink>
        </Text>
        <Change change={diff.duration} kind="duration" label={t("run.duration")} />
        {diff.is_same ? <Badge colorPalette="green">{t("run.same")}</Badge> : null}
      </Flex>
      {diff.tasks_added.map((task) => (
        <Text key={task}>{t("run.taskAdded", { task })}</Text>
      ))}
      {diff.tasks_removed.map((task) => (
        <Text key={task}>{t("run.taskRemoved", { task })}</Text>
      ))}
      {changed.map((task) => (
        <TaskDiffCard key={`${task.task_id} ${task.map_index}`} task={task} />
      ))}
      {same > 0 ? <Text color="fg.muted">{t("run.sameTasks", { count: same })}</Text> : null}
    </Stack>
  );
};
