import { Box, Heading, Stack, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";
import type { PluginProps } from "../app/destination";
import { t } from "../i18n/t";
import { Answered } from "../ui/Answered";
import { DatasetLink } from "../ui/DatasetLink";
import { EmptyState } from "../ui/EmptyState";
import { LineageLink } from "../ui/LineageLink";
import { bestFirst, searchOf } from "./uri";

/** The search knows no URIs: the one that is meant may stand behind many of the same last name. */
const MOST_ASKED = 500;
const MOST_SHOWN = 20;

/** The datasets that an asset may be, each with the way to its lineage. */
const AssetView = ({ asset, assetUri }: PluginProps) => {
  const uri = assetUri ?? asset?.uri ?? asset?.name ?? "";
  const wanted = searchOf(uri);
  const found = useQuery({
    queryKey: ["asset", wanted],
    queryFn: () =>
      unwrap(client.GET("/api/v2/search", { params: { query: { q: wanted, type: ["dataset"], limit: MOST_ASKED } } })),
    enabled: wanted !== "",
  });
  if (wanted === "") return <Nothing uri={uri} />;
  return (
    <Answered query={found}>
      {({ hits, next_cursor }) =>
        hits.length === 0 ? (
          <Nothing uri={uri} />
        ) : (
          <Box p={4}>
            <Heading as="h2" mb={1} size="sm">
              {t("graph.asset.title")}
            </Heading>
            <Text color="fg.muted" fontFamily="mono" fontSize="xs" mb={3} overflowWrap="anywhere">
              {uri}
            </Text>
            <Stack gap={3}>
              {bestFirst(hits, uri)
                .slice(0, MOST_SHOWN)
                .map(({ namespace, name }) => (
                  <DatasetLink key={`${namespace} ${name}`} name={name} namespace={namespace} />
                ))}
              {hits.length > MOST_SHOWN || next_cursor ? (
                <Text color="fg.muted">{t("graph.search.othersOfThatName")}</Text>
              ) : null}
            </Stack>
          </Box>
        )
      }
    </Answered>
  );
};

/** Nothing is known under that name yet, or under another one. */
const Nothing = ({ uri }: { readonly uri: string }) => (
  <EmptyState hint={t("graph.asset.noneHint")} title={t("graph.asset.none")}>
    <Text fontFamily="mono" fontSize="sm" overflowWrap="anywhere">
      {uri}
    </Text>
    <LineageLink view="graph">{t("graph.asset.search")}</LineageLink>
  </EmptyState>
);

export default AssetView;
