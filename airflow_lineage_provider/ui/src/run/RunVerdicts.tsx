import { Stack, Text } from "@chakra-ui/react";

import { useVerdicts } from "../dag/useDag";
import { t } from "../i18n/t";
import { ErrorState } from "../ui/ErrorState";
import { LoadingState } from "../ui/LoadingState";
import { Section } from "../ui/Section";
import { VerdictCard } from "./VerdictCard";

type Props = { readonly dagId: string; readonly runId: string };

/** Verdicts on a DAG run, the newest open. */
export const RunVerdicts = ({ dagId, runId }: Props) => {
  const { data, error, isPending, refetch } = useVerdicts(dagId, runId);
  return (
    <Section title={t("run.verdicts")}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <LoadingState rows={2} />
      ) : data.verdicts.length === 0 ? (
        <Text color="fg.muted">{t("run.noVerdicts")}</Text>
      ) : (
        <Stack gap={3}>
          {data.verdicts.map((verdict, at) => (
            <VerdictCard isOpenAtFirst={at === 0} key={verdict.id} verdict={verdict} />
          ))}
        </Stack>
      )}
    </Section>
  );
};
