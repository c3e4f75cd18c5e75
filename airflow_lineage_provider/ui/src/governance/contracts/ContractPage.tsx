import { Badge, Flex, Heading, Stack, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { Answered } from "../../ui/Answered";
import { CopyButton } from "../../ui/CopyButton";
import { DatasetLink } from "../../ui/DatasetLink";
import { EmptyState } from "../../ui/EmptyState";
import { LineageLink } from "../../ui/LineageLink";
import { Section } from "../../ui/Section";
import { SimpleTable } from "../../ui/SimpleTable";
import { useParams } from "../../ui/useParams";
import { ContractDiff } from "./ContractDiff";
import { YamlSource } from "./YamlSource";

/** One contract: its versions, what is bound to it, what changed, and its text. */
export const ContractPage = ({ id }: { readonly id: string }) => {
  const { get } = useParams();
  const version = get("version") || undefined;
  const contract = useQuery({
    queryKey: ["contracts", "detail", id, version],
    queryFn: () => unwrap(client.GET("/api/v2/contracts/detail", { params: { query: { id, version } } })),
  });
  return (
    <>
      <LineageLink view="contracts">{t("governance.contracts.all")}</LineageLink>
      <Answered query={contract} rows={8}>
        {(data) => (
          <Stack gap={2} mt={2}>
            <Flex align="center" gap={2} mb={2} wrap="wrap">
              <Heading as="h1" overflowWrap="anywhere" size="md">
                {data.contract_id}
              </Heading>
              <Badge>{data.version.version}</Badge>
              {data.version.status ? <Badge>{data.version.status}</Badge> : null}
              {data.version.is_current ? (
                <Badge colorPalette="green">{t("governance.contracts.inForce")}</Badge>
              ) : (
                <Badge colorPalette="gray">{t("governance.contracts.notInForce")}</Badge>
              )}
            </Flex>
            <Section title={t("governance.contracts.objects")}>
              <Bindings bindings={data.bindings} />
            </Section>
            <Section title={t("governance.contracts.versions")}>
              <Versions id={id} shown={data.version} versions={data.versions} />
            </Section>
            {data.versions.length > 1 ? <ContractDiff id={id} versions={data.versions} /> : null}
            <Section
              actions={data.text ? <CopyButton text={data.text} /> : undefined}
              title={t("governance.contracts.source")}
            >
              {data.text ? (
                <YamlSource text={data.text} />
              ) : (
                <EmptyState hint={t("governance.contracts.maskedHint")} title={t("governance.contracts.masked")} />
              )}
            </Section>
          </Stack>
        )}
      </Answered>
    </>
  );
};

const Bindings = ({ bindings }: { readonly bindings: readonly Schema<"Binding">[] }) => (
  <SimpleTable
    columns={[
      { key: "object", header: t("governance.contracts.object"), cell: ({ schema_name }) => schema_name },
      {
        key: "dataset",
        header: t("governance.findings.dataset"),
        cell: ({ namespace, name }) =>
          namespace && name ? <DatasetLink name={name} namespace={namespace} /> : <Text color="fg.muted">{t("governance.words.unbound")}</Text>,
      },
      { key: "by", header: t("governance.contracts.boundBy"), cell: ({ bound_by, detail }) => detail ?? bound_by },
    ]}
    label={t("governance.contracts.objects")}
    rowKey={({ schema_name }) => schema_name}
    rows={bindings}
  />
);

type VersionsProps = {
  readonly id: string;
  readonly shown: Schema<"ContractVersion">;
  readonly versions: readonly Schema<"ContractVersion">[];
};

const Versions = ({ id, shown, versions }: VersionsProps) => (
  <SimpleTable
    columns={[
      {
        key: "version",
        header: t("governance.contracts.version"),
        cell: ({ version }) =>
          version === shown.version ? (
            <Text fontWeight="semibold">{t("governance.contracts.shown", { version })}</Text>
          ) : (
            <LineageLink params={{ contract: id, version }} textDecoration="underline" view="contracts">
              {version}
            </LineageLink>
          ),
      },
      { key: "status", header: t("governance.contracts.status"), cell: ({ status }) => status },
      {
        key: "current",
        header: t("governance.contracts.force"),
        cell: ({ is_current }) => (is_current ? t("governance.contracts.inForce") : ""),
      },
      { key: "at", header: t("governance.contracts.applied"), cell: ({ applied_at }) => formatTime(applied_at) },
      { key: "by", header: t("governance.contracts.appliedBy"), cell: ({ applied_by }) => applied_by },
      {
        key: "source",
        header: t("governance.contracts.from"),
        cell: ({ source }) => <Text overflowWrap="anywhere">{source}</Text>,
      },
    ]}
    label={t("governance.contracts.versions")}
    rowKey={({ version, applied_at }) => `${version} ${applied_at}`}
    rows={versions}
  />
);
