import { Flex, Stack } from "@chakra-ui/react";
import { useState } from "react";

import { mapIndexOf, type PluginProps } from "../app/destination";
import { t } from "../i18n/t";
import { Choice } from "../ui/Choice";
import { EmptyState } from "../ui/EmptyState";
import { ErrorState } from "../ui/ErrorState";
import { LineageLink } from "../ui/LineageLink";
import { LoadingState } from "../ui/LoadingState";
import { chooseAttempt } from "./attempts";
import { AttemptBody } from "./AttemptBody";
import { useAttempts } from "./useTask";

/** One instance of a task: what this attempt touched, and how that is known. */
const TaskInstanceView = (props: PluginProps) => {
  const { dagId = "", runId = "", taskId = "" } = props;
  const [picked, setPicked] = useState<{ readonly index?: number; readonly attempt?: number }>({});
  const { data, error, refetch } = useAttempts(dagId, runId, taskId);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <LoadingState />;
  const runs = data.runs.map(({ run }) => run);
  const { mapIndices, tries, chosen } = chooseAttempt(runs, picked.index ?? mapIndexOf(props), picked.attempt ?? null);
  if (chosen === null) return <EmptyState hint={t("task.nothingHint")} title={t("task.nothing")} />;
  return (
    <Stack gap={4} p={4}>
      <Flex align="flex-end" gap={3} wrap="wrap">
        {mapIndices.length > 1 ? (
          <Choice
            label={t("task.mapIndex", { count: mapIndices.length })}
            onChange={(index) => setPicked({ index: Number(index) })}
            options={mapIndices.map((index) => ({ value: String(index), label: String(index) }))}
            value={String(chosen.map_index)}
          />
        ) : null}
        {tries.length > 1 ? (
          <Choice
            label={t("task.try", { count: tries.length })}
            onChange={(attempt) => setPicked({ ...picked, attempt: Number(attempt) })}
            options={tries.map(({ try_number, state }) => ({
              value: String(try_number),
              label: t("task.tryNumber", { number: try_number, state: state ?? t("app.unknownState") }),
            }))}
            value={String(chosen.try_number)}
          />
        ) : null}
        <LineageLink params={{ node: `run:${chosen.id}` }} py={1} view="graph">
          {t("task.runGraph")}
        </LineageLink>
      </Flex>
      <AttemptBody key={chosen.id} runId={chosen.id} />
    </Stack>
  );
};

export default TaskInstanceView;
