import { Box, Heading, Stack } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";
import type { PluginProps } from "../app/destination";
import { t } from "../i18n/t";
import { DatasetLink } from "../ui/DatasetLink";
import { EmptyState } from "../ui/EmptyState";
import { ErrorState } from "../ui/ErrorState";
import { LoadingState } from "../ui/LoadingState";
import { bestFirst, searchOf } from "./uri";

/** The datasets that an asset may be, each with the way to its lineage. */
const AssetView = ({ asset, assetUri }: PluginProps) => {
  const uri = assetUri ?? asset?.uri ?? asset?.name ?? "";
  const wanted = searchOf(uri);
  const found = useQuery({
    queryKey: ["asset", wanted],
    queryFn: () => unwrap(client.GET("/api/v2/search", { params: { query: { q: wanted, type: ["dataset"], limit: 20 } } })),
    enabled: wanted !== "",
  });
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (found.isFetching) return <LoadingState />;
  const hits = bestFirst(found.data?.hits ?? [], uri);
  if (hits.length === 0) return <EmptyState hint={t("graph.search.none")} title={t("graph.search.noneTitle")} />;
  return (
    <Box p={4}>
      <Heading as="h2" mb={3} size="sm">
        {t("graph.search.datasets")}
      </Heading>
      <Stack gap={3}>
        {hits.map(({ namespace, name }) => (
          <DatasetLink key={`${namespace} ${name}`} name={name} namespace={namespace} />
        ))}
      </Stack>
    </Box>
  );
};

export default AssetView;
