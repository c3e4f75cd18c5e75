import { Text } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { DiffBody } from "../run/DiffBody";
import { formatTime } from "../i18n/format";
import { t } from "../i18n/t";
import { Change } from "../ui/Change";
import { ErrorState } from "../ui/ErrorState";
import { LoadingState } from "../ui/LoadingState";
import { useRunDiff } from "./useTask";

/** What the attempt did otherwise than the one before it. */
export const AttemptDiff = ({ run }: { readonly run: Schema<"Run"> }) => {
  const { data, error, refetch } = useRunDiff(run);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <LoadingState rows={2} />;
  if (data === null) return <Text color="fg.muted">{t("run.noPrevious")}</Text>;
  return (
    <>
      <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
        {t("task.comparedWith", {
          run: data.before.run_id ?? data.before.job_name,
          number: data.before.try_number,
          at: formatTime(data.before.started_at),
        })}
      </Text>
      <Change change={data.duration} kind="duration" label={t("run.duration")} />
      <DiffBody diff={data} />
    </>
  );
};
