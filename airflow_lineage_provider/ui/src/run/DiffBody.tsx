import { Box, Flex, Stack, Text } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { t } from "../i18n/t";
import { Change } from "../ui/Change";
import { DatasetLink } from "../ui/DatasetLink";
import { ColumnChanges } from "./ColumnChanges";
import { Sign } from "./Sign";
import { StatementList } from "./StatementList";

const LISTS = ["inputs_added", "inputs_removed", "outputs_added", "outputs_removed"] as const;

/** Inputs and outputs that came and went, columns, numbers, and statements. */
export const DiffBody = ({ diff }: { readonly diff: Schema<"RunDiff"> }) => (
  <Stack gap={3}>
    {LISTS.map((list) =>
      diff[list].map(({ namespace, name }) => (
        <Flex gap={2} key={`${list} ${namespace} ${name}`}>
          <Sign isAdded={list.endsWith("added")} />
          <Box minWidth={0}>
            <Text color="fg.muted" fontSize="xs">
              {t(`run.lists.${list}`)}
            </Text>
            <DatasetLink name={name} namespace={namespace} />
          </Box>
        </Flex>
      )),
    )}
    {diff.datasets.filter(isWorthShowing).map((dataset) => (
      <Box key={`${dataset.direction} ${dataset.namespace} ${dataset.name}`}>
        <Flex align="baseline" gap={3} wrap="wrap">
          <DatasetLink name={dataset.name} namespace={dataset.namespace} />
          <Text color="fg.muted" fontSize="xs">
            {dataset.direction}
            {dataset.state_before === dataset.state_after ? "" : `: ${dataset.state_before} → ${dataset.state_after}`}
          </Text>
          <Change change={dataset.rows} label={t("run.rowsWord")} />
          <Change change={dataset.bytes} kind="bytes" label={t("run.sizeWord")} />
          <Change change={dataset.partitions} label={t("run.partitionsWord")} />
        </Flex>
        <ColumnChanges changes={dataset.columns ?? []} />
      </Box>
    ))}
    <StatementList isAdded label={t("run.statementsAdded")} statements={diff.statements_added} />
    <StatementList isAdded={false} label={t("run.statementsRemoved")} statements={diff.statements_removed} />
    {diff.is_same ? <Text color="fg.muted">{t("run.same")}</Text> : null}
  </Stack>
);

const isWorthShowing = (dataset: Schema<"DatasetChange">): boolean =>
  (dataset.columns?.length ?? 0) > 0 ||
  dataset.state_before !== dataset.state_after ||
  [dataset.rows, dataset.bytes, dataset.partitions].some(({ before, after }) => before !== after);
