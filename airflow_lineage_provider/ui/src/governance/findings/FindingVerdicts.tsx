import { Text } from "@chakra-ui/react";

import type { Schema } from "../../api/types";
import { formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { AirflowLink, dagPath } from "../../ui/AirflowLink";
import { LevelBadge } from "../../ui/LevelBadge";
import { SimpleTable } from "../../ui/SimpleTable";

/** Verdicts that have a finding, the newest first. */
export const FindingVerdicts = ({ verdicts }: { readonly verdicts: readonly Schema<"FindingInVerdict">[] }) =>
  verdicts.length === 0 ? (
    <Text color="fg.muted">{t("governance.findings.noVerdicts")}</Text>
  ) : (
    <SimpleTable
      columns={[
        { key: "at", header: t("governance.verdicts.at"), cell: ({ judged_at }) => formatTime(judged_at) },
        { key: "gate", header: t("governance.verdicts.gate"), cell: ({ gate }) => gate },
        { key: "result", header: t("governance.verdicts.result"), cell: ({ result }) => <LevelBadge word={result} /> },
        {
          key: "run",
          header: t("governance.verdicts.run"),
          cell: ({ dag_id, run_id }) =>
            dag_id ? (
              <AirflowLink overflowWrap="anywhere" to={dagPath(dag_id, run_id)}>
                {dag_id} {run_id}
              </AirflowLink>
            ) : null,
        },
      ]}
      label={t("governance.findings.verdicts")}
      rowKey={({ verdict_id }) => verdict_id}
      rows={verdicts}
    />
  );
