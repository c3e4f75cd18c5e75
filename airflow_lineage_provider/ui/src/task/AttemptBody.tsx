import { Text } from "@chakra-ui/react";

import { StatementList } from "../run/StatementList";
import { t } from "../i18n/t";
import { ErrorState } from "../ui/ErrorState";
import { LoadingState } from "../ui/LoadingState";
import { Section } from "../ui/Section";
import { AttemptDiff } from "./AttemptDiff";
import { AttemptFacts } from "./AttemptFacts";
import { CaptureTroubles } from "./CaptureTroubles";
import { ColumnLines } from "./ColumnLines";
import { RunDatasets } from "./RunDatasets";
import { useRun } from "./useTask";

/** All that is recorded of one attempt. */
export const AttemptBody = ({ runId }: { readonly runId: number }) => {
  const { data, error, refetch } = useRun(runId);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <LoadingState rows={8} />;
  return (
    <>
      <AttemptFacts detail={data} />
      <CaptureTroubles detail={data} />
      <Section title={t("task.inputs")}>
        <RunDatasets datasets={data.inputs} label={t("task.inputs")} />
      </Section>
      <Section title={t("task.outputs")}>
        <RunDatasets datasets={data.outputs} label={t("task.outputs")} />
      </Section>
      <Section title={t("task.columns")}>
        <ColumnLines lines={data.columns} />
      </Section>
      <Section title={t("task.statements")}>
        {data.statements.length > 0 ? (
          <StatementList label={t("task.statements")} statements={data.statements} />
        ) : (
          <Text color="fg.muted">{t("task.noStatements")}</Text>
        )}
      </Section>
      <Section title={t("task.diff")}>
        <AttemptDiff run={data.run} />
      </Section>
    </>
  );
};
