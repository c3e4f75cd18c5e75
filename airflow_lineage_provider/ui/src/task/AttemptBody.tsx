import { Text } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { StatementList } from "../run/StatementList";
import { t } from "../i18n/t";
import { Answered } from "../ui/Answered";
import { Section } from "../ui/Section";
import { AttemptDiff } from "./AttemptDiff";
import { AttemptFacts } from "./AttemptFacts";
import { CaptureTroubles } from "./CaptureTroubles";
import { ColumnLines } from "./ColumnLines";
import { RunDatasets } from "./RunDatasets";
import { useRun } from "./useTask";

/** All that is recorded of one attempt. */
export const AttemptBody = ({ runId }: { readonly runId: number }) => (
  <Answered query={useRun(runId)} rows={8}>
    {(detail) => <Attempt detail={detail} />}
  </Answered>
);

const Attempt = ({ detail }: { readonly detail: Schema<"RunDetail"> }) => (
  <>
    <AttemptFacts detail={detail} />
    <CaptureTroubles detail={detail} />
    <Section title={t("task.inputs")}>
      <RunDatasets datasets={detail.inputs} label={t("task.inputs")} />
    </Section>
    <Section title={t("task.outputs")}>
      <RunDatasets datasets={detail.outputs} label={t("task.outputs")} />
    </Section>
    <Section title={t("task.columns")}>
      <ColumnLines lines={detail.columns} />
    </Section>
    <Section title={t("task.statements")}>
      {detail.statements.length > 0 ? (
        <StatementList label={t("task.statements")} statements={detail.statements} />
      ) : (
        <Text color="fg.muted">{t("task.noStatements")}</Text>
      )}
    </Section>
    <Section title={t("task.diff")}>
      <AttemptDiff run={detail.run} />
    </Section>
  </>
);
