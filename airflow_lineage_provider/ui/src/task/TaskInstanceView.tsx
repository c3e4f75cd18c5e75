import { Flex, Stack } from "@chakra-ui/react";

import { mapIndexOf, type PluginProps } from "../app/destination";
import { t } from "../i18n/t";
import { EmptyState } from "../ui/EmptyState";
import { ErrorLine } from "../ui/ErrorLine";
import { ErrorState } from "../ui/ErrorState";
import { LineageLink } from "../ui/LineageLink";
import { LoadingState } from "../ui/LoadingState";
import { useParams } from "../ui/useParams";
import { AttemptBody } from "./AttemptBody";
import { AttemptPicker } from "./AttemptPicker";
import { chooseAttempt } from "./attempts";
import { useAttempts } from "./useAttempts";

/** One instance of a task: what this attempt touched, and how that is known. */
const TaskInstanceView = (props: PluginProps) => {
  const { dagId = "", runId = "", taskId = "" } = props;
  const { get, set } = useParams();
  // A task that is not mapped has the index -1, and so has a mapped one of which no instance is meant.
  const given = numberOf(get("map_index")) ?? mapIndexOf(props);
  const asked = given < 0 ? null : given;
  const tryNumber = numberOf(get("try_number"));
  const { runs, isWhole, error, refetch } = useAttempts({ dagId, runId, taskId }, asked);
  if (runs === undefined) return error ? <ErrorState error={error} onRetry={refetch} /> : <LoadingState />;
  const attempts = chooseAttempt(runs, asked, tryNumber);
  const { index, tries, chosen } = attempts;
  if (runs.length === 0) return <EmptyState hint={t("task.nothingHint")} title={t("task.nothing")} />;
  return (
    <Stack gap={4} p={4}>
      <ErrorLine error={error} onRetry={refetch} />
      <Flex align="flex-end" gap={3} wrap="wrap">
        <AttemptPicker attempts={attempts} isWhole={isWhole} onChange={set} tryNumber={tryNumber} />
        {chosen ? (
          <LineageLink params={{ node: `run:${chosen.id}` }} py={1} view="graph">
            {t("task.runGraph")}
          </LineageLink>
        ) : null}
      </Flex>
      {chosen ? (
        <AttemptBody key={chosen.id} runId={chosen.id} />
      ) : tries.length === 0 ? (
        <EmptyState hint={t("task.nothingHint")} title={t("task.nothingOfIndex", { index: String(index) })} />
      ) : (
        <EmptyState hint={t("task.nothingOfTryHint")} title={t("task.nothingOfTry", { number: String(tryNumber) })} />
      )}
    </Stack>
  );
};

const numberOf = (text: string): number | null => (/^-?\d{1,9}$/.test(text) ? Number(text) : null);

export default TaskInstanceView;
