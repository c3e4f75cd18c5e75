import { HStack, Stack, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { t } from "../../i18n/t";
import { CodeBlock } from "../../ui/CodeBlock";
import { CopyButton } from "../../ui/CopyButton";
import { ErrorState } from "../../ui/ErrorState";
import { LineageLink } from "../../ui/LineageLink";
import { LoadingState } from "../../ui/LoadingState";
import { Section } from "../../ui/Section";

/** What a run read and wrote, and its SQL. */
export const LastRun = ({ id }: { readonly id: number }) => {
  const run = useQuery({
    queryKey: ["run", id],
    queryFn: () => unwrap(client.GET("/api/v2/runs/{run}", { params: { path: { run: String(id) } } })),
  });
  if (run.error) return <ErrorState error={run.error} onRetry={() => void run.refetch()} />;
  if (!run.data) return <LoadingState />;
  const { inputs, outputs, statements } = run.data;
  return (
    <>
      <Datasets datasets={inputs} title={t("graph.drawer.inputs")} />
      <Datasets datasets={outputs} title={t("graph.drawer.outputs")} />
      <Section title={t("graph.drawer.statements")}>
        {statements.length === 0 ? <Text color="fg.muted">{t("graph.drawer.noStatements")}</Text> : null}
        <Stack gap={3}>
          {statements.map(({ fingerprint, sql }, at) => (
            <Stack key={`${fingerprint} ${at}`} gap={1}>
              <HStack gap={2}>
                <Text color="fg.muted" fontSize="xs" title={fingerprint}>
                  {t("graph.drawer.fingerprint")} {fingerprint.slice(0, 12)}
                </Text>
                <CopyButton aria-label={t("graph.drawer.copyFingerprint")} size="2xs" text={fingerprint} />
              </HStack>
              {sql ? (
                <CodeBlock label={t("graph.drawer.statements")}>{sql}</CodeBlock>
              ) : (
                <Text color="fg.muted">{t("graph.drawer.textHidden")}</Text>
              )}
            </Stack>
          ))}
        </Stack>
      </Section>
    </>
  );
};

type DatasetsProps = { readonly title: string; readonly datasets: readonly Schema<"RunDataset">[] };

const Datasets = ({ title, datasets }: DatasetsProps) =>
  datasets.length === 0 ? null : (
    <Section title={title}>
      <Stack gap={1}>
        {datasets.map(({ namespace, name, rows, evidence }) => (
          <HStack key={`${namespace} ${name}`} justify="space-between" title={evidence.join(", ")}>
            <LineageLink minWidth={0} overflowWrap="anywhere" params={{ node: `dataset:${namespace}:${name}` }} view="graph">
              {name}
            </LineageLink>
            {rows === null ? null : <Text color="fg.muted">{t("graph.drawer.rows", { rows })}</Text>}
          </HStack>
        ))}
      </Stack>
    </Section>
  );
