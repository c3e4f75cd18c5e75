import { Badge, Flex, Stack, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ApiError } from "../api/ApiError";
import { client, unwrap } from "../api/client";
import { ask, type DagRunDiff } from "../api/ask";
import { t } from "../i18n/t";
import { AirflowLink, dagPath } from "../ui/AirflowLink";
import { Change } from "../ui/Change";
import { Choice } from "../ui/Choice";
import { LoadingState } from "../ui/LoadingState";
import { Section } from "../ui/Section";
import { Untold } from "../ui/Untold";
import { hasEarlier } from "./hasEarlier";
import { TaskDiffCard } from "./TaskDiffCard";

type Props = { readonly dagId: string; readonly runId: string };

const WITH = ["previous", "last-success"] as const;
type With = (typeof WITH)[number];

/** So many attempts are looked at before the server is asked. */
const MOST = 500;

/** What a DAG run did otherwise than the one before. */
export const RunDiffSection = ({ dagId, runId }: Props) => {
  const [other, setOther] = useState<With>("previous");
  const { data, error, refetch } = useQuery({
    queryKey: ["dag-run", "diff", dagId, runId, other],
    queryFn: async () => {
      // Asked for first: to compare with nothing would be an error.
      const { runs } = await unwrap(client.GET("/api/v2/runs", { params: { query: { dag_id: dagId, limit: MOST } } }));
      const isAlone = runs.length < MOST && !hasEarlier(runs.map(({ run }) => run), runId, other);
      return isAlone ? null : ask<DagRunDiff>("/dag-runs/diff", { dag_id: dagId, run_id: runId, with: other });
    },
    retry: false,
  });
  const isFirst = error instanceof ApiError && error.status === 404 && error.message !== "Not Found";
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
      {isFirst || data === null ? (
        <Text color="fg.muted">{t("run.noPrevious")}</Text>
      ) : error ? (
        <Untold error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <LoadingState />
      ) : (
        <Differences dagId={dagId} diff={data} />
      )}
    </Section>
  );
};

const Differences = ({ diff, dagId }: { readonly diff: DagRunDiff; readonly dagId: string }) => {
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
