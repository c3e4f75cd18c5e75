import { Box, Text } from "@chakra-ui/react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { formatNumber, formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { AirflowLink, dagPath } from "../../ui/AirflowLink";
import { EmptyState } from "../../ui/EmptyState";
import { PagedTable } from "../../ui/PagedTable";
import { Section } from "../../ui/Section";
import { usePaged } from "../../ui/usePaged";

/** Records that could not be ingested, and why. */
export const LettersPage = () => {
  const { query, rows } = usePaged(
    ["health", "dead-letters"],
    (cursor) => unwrap(client.GET("/api/v2/health/dead-letters", { params: { query: { cursor } } })),
    (page) => page.letters,
  );
  return (
    <Section hint={t("governance.letters.hint")} title={t("governance.pages.letters")}>
      <PagedTable
        columns={[
          { key: "at", header: t("governance.letters.at"), width: "12rem", cell: ({ received_at }) => formatTime(received_at) },
          { key: "task", header: t("governance.letters.task"), cell: task },
          {
            key: "reason",
            header: t("governance.letters.reason"),
            cell: ({ reason }) => (
              <Text minWidth="16rem" overflowWrap="anywhere">
                {reason}
              </Text>
            ),
          },
          { key: "bytes", header: t("governance.letters.bytes"), cell: ({ payload_bytes }) => formatNumber(payload_bytes) },
          { key: "retries", header: t("governance.letters.retries"), cell: ({ retries }) => formatNumber(retries) },
        ]}
        empty={<EmptyState hint={t("governance.letters.noneHint")} title={t("governance.letters.none")} />}
        label={t("governance.pages.letters")}
        query={query}
        rowKey={({ id }) => id}
        rows={rows}
      />
    </Section>
  );
};

const task = ({ dag_id, run_id, task_id, map_index }: Schema<"DeadLetter">) => (
  <Box minWidth="12rem">
    <AirflowLink overflowWrap="anywhere" to={dagPath(dag_id, run_id, task_id, map_index)}>
      {dag_id}.{task_id}
      {map_index >= 0 ? ` [${map_index}]` : ""}
    </AirflowLink>
    <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
      {run_id}
    </Text>
  </Box>
);
