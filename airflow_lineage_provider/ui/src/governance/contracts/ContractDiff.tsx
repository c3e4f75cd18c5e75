import { Badge, Box, Flex, Stack, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { t } from "../../i18n/t";
import { Answered } from "../../ui/Answered";
import { Choice } from "../../ui/Choice";
import { LevelBadge } from "../../ui/LevelBadge";
import { Section } from "../../ui/Section";
import { SimpleTable } from "../../ui/SimpleTable";
import { useParams } from "../../ui/useParams";
import { valueText } from "./valueText";

type Props = { readonly id: string; readonly versions: readonly Schema<"ContractVersion">[] };

/** What changed between two versions, the worst first. */
export const ContractDiff = ({ id, versions }: Props) => {
  const { get, set } = useParams();
  const names = [...new Set(versions.map(({ version }) => version))];
  const after = names.find((name) => name === get("new")) ?? names[0] ?? "";
  const before = names.find((name) => name === get("old")) ?? names.find((name) => name !== after) ?? "";
  const query = useQuery({
    queryKey: ["contracts", "diff", id, before, after],
    queryFn: () => unwrap(client.GET("/api/v2/contracts/diff", { params: { query: { id, old: before, new: after } } })),
    enabled: before !== "" && before !== after,
  });
  const options = names.map((value) => ({ value, label: value }));
  return (
    <Section title={t("governance.contracts.diff")}>
      <Flex gap={3} mb={3} wrap="wrap">
        <Choice label={t("governance.contracts.old")} onChange={(value) => set({ old: value })} options={options} value={before} />
        <Choice label={t("governance.contracts.new")} onChange={(value) => set({ new: value })} options={options} value={after} />
      </Flex>
      {before === after ? (
        <Text color="fg.muted">{t("governance.contracts.sameVersion")}</Text>
      ) : (
        <Answered query={query}>{(diff) => <Changes diff={diff} />}</Answered>
      )}
    </Section>
  );
};

const Changes = ({ diff }: { readonly diff: Schema<"ContractDiff"> }) =>
  diff.changes.length === 0 ? (
    <Text color="fg.muted">{t("governance.contracts.noChange")}</Text>
  ) : (
    <Stack gap={2}>
      <Flex gap={2} wrap="wrap">
        {diff.is_breaking ? <Badge colorPalette="red">{t("governance.contracts.breaking")}</Badge> : null}
        {diff.is_version_raised ? null : <Badge colorPalette="orange">{t("governance.contracts.notRaised")}</Badge>}
      </Flex>
      <SimpleTable
        columns={[
          { key: "impact", header: t("governance.contracts.impact"), width: "6rem", cell: ({ impact }) => <LevelBadge word={impact} /> },
          {
            key: "path",
            header: t("governance.contracts.path"),
            cell: ({ path }) => (
              <Text fontFamily="mono" fontSize="xs" overflowWrap="anywhere">
                {path}
              </Text>
            ),
          },
          { key: "message", header: t("governance.contracts.change"), cell: ({ message }) => message },
          { key: "was", header: t("governance.contracts.was"), cell: ({ was }) => <Value value={was} /> },
          { key: "now", header: t("governance.contracts.now"), cell: ({ now }) => <Value value={now} /> },
        ]}
        label={t("governance.contracts.diff")}
        rowKey={({ path, kind }, at) => `${path} ${kind} ${at}`}
        rows={diff.changes}
      />
    </Stack>
  );

const Value = ({ value }: { readonly value: unknown }) => (
  <Box fontFamily="mono" fontSize="xs" maxWidth="20rem" overflowWrap="anywhere" whiteSpace="pre-wrap">
    {valueText(value)}
  </Box>
);
