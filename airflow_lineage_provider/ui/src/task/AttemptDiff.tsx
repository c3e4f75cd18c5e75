import { Text } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { DiffBody } from "../run/DiffBody";
import { formatTime } from "../i18n/format";
import { t } from "../i18n/t";
import { Change } from "../ui/Change";
import { Answered } from "../ui/Answered";
import { useRunDiff } from "./useTask";

/** What the attempt did otherwise than the one before it. */
export const AttemptDiff = ({ run }: { readonly run: Schema<"Run"> }) => (
  <Answered query={useRunDiff(run)} rows={2}>
    {(diff) => (diff === null ? <Text color="fg.muted">{t("run.noPrevious")}</Text> : <Difference diff={diff} />)}
  </Answered>
);

const Difference = ({ diff }: { readonly diff: Schema<"RunDiff"> }) => (
  <>
    <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
      {t("task.comparedWith", {
        run: diff.before.run_id ?? diff.before.job_name,
        number: diff.before.try_number,
        at: formatTime(diff.before.started_at),
      })}
    </Text>
    <Change change={diff.duration} kind="duration" label={t("run.duration")} />
    <DiffBody diff={diff} />
  </>
);
