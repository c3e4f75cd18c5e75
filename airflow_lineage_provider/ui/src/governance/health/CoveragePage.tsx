import { Flex, Stack, Text } from "@chakra-ui/react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { formatNumber, formatShare, formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { Choice } from "../../ui/Choice";
import { EmptyState } from "../../ui/EmptyState";
import { LineageLink } from "../../ui/LineageLink";
import { PagedTable } from "../../ui/PagedTable";
import { Section } from "../../ui/Section";
import type { TableColumn } from "../../ui/SimpleTable";
import { usePaged } from "../../ui/usePaged";
import { useParams } from "../../ui/useParams";
import { CoverageBar } from "./CoverageBar";

type Row = Schema<"CoverageRow">;

const GROUPS = ["dag", "task", "operator"] as const;
const NUMBERS = ["attempts", "recorded", "partial", "missing", "pending", "not_run", "with_errors", "with_io"] as const;

/** How many attempts are recorded, by DAG, task or operator. */
export const CoveragePage = () => {
  const { get, set } = useParams();
  const by = GROUPS.find((each) => each === get("by")) ?? "dag";
  const { query, rows } = usePaged(
    ["coverage", by],
    (cursor) => unwrap(client.GET("/api/v2/coverage", { params: { query: { by, cursor } } })),
    (page) => page.rows,
  );
  const first = query.data?.pages[0];
  return (
    <Section
      actions={
        <Choice
          label={t("governance.coverage.by")}
          onChange={(value) => set({ by: value })}
          options={GROUPS.map((value) => ({ value, label: t(`governance.coverage.groups.${value}`) }))}
          value={by}
        />
      }
      hint={t("governance.coverage.hint")}
      title={t("governance.pages.coverage")}
    >
      <Stack gap={3}>
        {first ? (
          <Flex align="center" gap={4} wrap="wrap">
            <Text fontWeight="semibold">{shareOf(first.total)}</Text>
            <Text color="fg.muted">{t("governance.coverage.window", { since: formatTime(first.since), until: formatTime(first.until) })}</Text>
          </Flex>
        ) : null}
        <PagedTable
          columns={[
            { key: "name", header: t(`governance.coverage.groups.${by}`), cell: Name },
            { key: "coverage", header: t("governance.health.coverage"), width: "14rem", cell: ({ counts }) => <CoverageBar counts={counts} /> },
            ...NUMBERS.map(
              (name): TableColumn<Row> => ({
                key: name,
                header: t(`governance.coverage.numbers.${name}`),
                cell: ({ counts }) => formatNumber(counts[name]),
              }),
            ),
          ]}
          empty={<EmptyState hint={t("governance.coverage.noneHint")} title={t("governance.coverage.none")} />}
          label={t("governance.pages.coverage")}
          query={query}
          rowKey={({ dag_id, task_id, operator }) => JSON.stringify([dag_id, task_id, operator])}
          rows={rows}
        />
      </Stack>
    </Section>
  );
};

const shareOf = ({ coverage }: Schema<"Counts">): string =>
  coverage === null ? t("governance.coverage.nothingRan") : t("governance.coverage.share", { share: formatShare(coverage) });

const Name = ({ dag_id, task_id, operator, counts }: Row) => {
  if (dag_id === null && operator === null)
    return <Text color="fg.muted">{t("governance.coverage.external", { count: counts.external })}</Text>;
  if (dag_id === null) return <Text overflowWrap="anywhere">{operator?.split(".").at(-1)}</Text>;
  return (
    <LineageLink
      overflowWrap="anywhere"
      params={{ dag_id, task_id }}
      textDecoration="underline"
      view={task_id === null ? "dag" : "task"}
    >
      {task_id === null ? dag_id : `${dag_id}.${task_id}`}
    </LineageLink>
  );
};
