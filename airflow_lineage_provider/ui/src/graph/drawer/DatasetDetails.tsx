import { Badge, Box, HStack, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { Answered } from "../../ui/Answered";
import { LineageLink } from "../../ui/LineageLink";
import { Section } from "../../ui/Section";
import { JobsOfDataset } from "./JobsOfDataset";
import { OpenFindings } from "./OpenFindings";
import { SchemaHistory } from "./SchemaHistory";
import { SchemaTable } from "./SchemaTable";

/** What is known of a dataset: whose it is, what was agreed on it, its columns, and who reads and writes it. */
export const DatasetDetails = ({ nodeId }: { readonly nodeId: string }) => {
  const profile = useQuery({
    queryKey: ["profile", nodeId],
    queryFn: () => unwrap(client.GET("/api/v2/datasets/profile", { params: { query: { nodeId } } })),
  });
  return (
    <Answered query={profile} rows={8}>
      {(found) => <Profile nodeId={nodeId} profile={found} />}
    </Answered>
  );
};

type ProfileProps = { readonly nodeId: string; readonly profile: Schema<"DatasetProfile"> };

const Profile = ({ nodeId, profile }: ProfileProps) => {
  const { owners, contracts, freshness, columns, columns_since: since, readers, writers, aliases, namespace, name } = profile;
  return (
    <>
      <Section title={t("graph.drawer.freshness")}>
        <HStack flexWrap="wrap">
          <Text>{freshness.last_written_at ? formatTime(freshness.last_written_at) : t("graph.drawer.never")}</Text>
          {freshness.is_late ? <Badge colorPalette="warning">{t("graph.drawer.late")}</Badge> : null}
          {freshness.expected_at ? (
            <Text color="fg.muted" fontSize="xs">
              {t("graph.drawer.expected", { time: formatTime(freshness.expected_at) })}
            </Text>
          ) : null}
        </HStack>
      </Section>
      <Section title={t("graph.drawer.owners")}>
        {owners.length > 0 ? (
          <HStack flexWrap="wrap">
            {owners.map((owner) => (
              <Badge key={`${owner.name} ${owner.source}`} title={owner.source} variant="surface">
                {owner.name}
              </Badge>
            ))}
          </HStack>
        ) : (
          <Text color="fg.muted">
            {t("graph.drawer.noOwners")} <LineageLink view="owners">{t("graph.drawer.ownersPage")}</LineageLink>
          </Text>
        )}
      </Section>
      <Section title={t("graph.drawer.contracts")}>
        {contracts.length > 0 ? (
          contracts.map(({ contract_id: id, version, status }) => (
            <HStack key={id} flexWrap="wrap">
              <LineageLink overflowWrap="anywhere" params={{ contract: id }} view="contracts">
                {id}
              </LineageLink>
              <Text color="fg.muted">{t("graph.drawer.version", { version })}</Text>
              {status ? <Badge colorPalette={status === "active" ? "success" : "none"}>{status}</Badge> : null}
            </HStack>
          ))
        ) : (
          <Text color="fg.muted">{t("graph.drawer.noContract")}</Text>
        )}
        <OpenFindings name={name} namespace={namespace} />
      </Section>
      <Section hint={since ? t("graph.drawer.since", { time: formatTime(since) }) : undefined} title={t("graph.drawer.schema")}>
        <SchemaTable columns={columns} />
      </Section>
      <Section title={t("graph.drawer.history")}>
        <SchemaHistory nodeId={nodeId} />
      </Section>
      <JobsOfDataset jobs={writers} nobody={t("graph.drawer.nobodyWrites")} title={t("graph.drawer.writers")} />
      <JobsOfDataset jobs={readers} nobody={t("graph.drawer.nobodyReads")} title={t("graph.drawer.readers")} />
      {aliases.length > 0 ? (
        <Section title={t("graph.drawer.aliases")}>
          {aliases.map((alias) => (
            <Box key={`${alias.namespace} ${alias.name}`} overflowWrap="anywhere">
              {alias.namespace} {alias.name}
            </Box>
          ))}
        </Section>
      ) : null}
    </>
  );
};
