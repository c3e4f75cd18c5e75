import { HStack, Stack, Text } from "@chakra-ui/react";

import type { Schema } from "../../api/types";
import { t } from "../../i18n/t";
import { StatementList } from "../../run/StatementList";
import { useRun } from "../../task/useTask";
import { Answered } from "../../ui/Answered";
import { DatasetLink } from "../../ui/DatasetLink";
import { Section } from "../../ui/Section";

/** What a run read and wrote, and its SQL. */
export const LastRun = ({ id }: { readonly id: number }) => (
  <Answered query={useRun(id)}>
    {({ inputs, outputs, statements }) => (
      <>
        <Datasets datasets={inputs} title={t("graph.drawer.inputs")} />
        <Datasets datasets={outputs} title={t("graph.drawer.outputs")} />
        <Section title={t("graph.drawer.statements")}>
          {statements.length === 0 ? (
            <Text color="fg.muted">{t("graph.drawer.noStatements")}</Text>
          ) : (
            <StatementList label={t("graph.drawer.statements")} statements={statements} />
          )}
        </Section>
      </>
    )}
  </Answered>
);

type DatasetsProps = { readonly title: string; readonly datasets: readonly Schema<"RunDataset">[] };

const Datasets = ({ title, datasets }: DatasetsProps) =>
  datasets.length === 0 ? null : (
    <Section title={title}>
      <Stack gap={1}>
        {datasets.map(({ namespace, name, rows, evidence }) => (
          <HStack key={`${namespace} ${name}`} align="flex-start" justify="space-between" title={evidence.join(", ")}>
            <DatasetLink name={name} namespace={namespace} />
            {rows === null ? null : (
              <Text color="fg.muted" whiteSpace="nowrap">
                {t("graph.drawer.rows", { rows })}
              </Text>
            )}
          </HStack>
        ))}
      </Stack>
    </Section>
  );
