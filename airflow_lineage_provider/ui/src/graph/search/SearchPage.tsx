import { Box, Heading, SimpleGrid, Stack, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../../api/client";
import { t } from "../../i18n/t";
import { Answered } from "../../ui/Answered";
import { EmptyState } from "../../ui/EmptyState";
import { LineageLink } from "../../ui/LineageLink";
import { focusOn } from "../model/urlState";
import { useGraphState } from "../useGraphState";
import { HitLine, type Found } from "./HitLine";
import { recentNodes } from "./recent";
import { SearchBox } from "./SearchBox";

/** Where to begin: a search, what was looked at lately, and some datasets. */
export const SearchPage = () => {
  const [, change] = useGraphState();
  const datasets = useQuery({
    queryKey: ["datasets", "first"],
    queryFn: () => unwrap(client.GET("/api/v2/datasets", { params: { query: { limit: 24 } } })),
  });
  const recent = recentNodes();
  return (
    <Box flex={1} overflowY="auto" px={4} py={8}>
      <Stack gap={6} marginX="auto" maxWidth="60rem">
        <Stack gap={1}>
          <Heading as="h1" size="lg">
            {t("graph.search.title")}
          </Heading>
          <Text color="fg.muted">{t("graph.search.hint")}</Text>
        </Stack>
        <SearchBox autoFocus onPick={(node) => change(focusOn(node))} size="lg" />
        {recent.length > 0 ? (
          <Links label={t("graph.search.recent")} nodes={recent.map((node) => ({ ...node, name: node.name ?? node.id }))} />
        ) : null}
        <Answered query={datasets}>
          {({ datasets: found }) =>
            found.length === 0 ? (
              <EmptyState hint={t("graph.search.noDatasets")} title={t("graph.search.noDatasetsTitle")} />
            ) : (
              <Links
                label={t("graph.search.datasets")}
                nodes={found.map(({ node_id, namespace, name }) => ({ id: node_id, type: "dataset", namespace, name }))}
              />
            )
          }
        </Answered>
      </Stack>
    </Box>
  );
};

type Listed = Found & { readonly id: string };

const Links = ({ label, nodes }: { readonly label: string; readonly nodes: readonly Listed[] }) => (
  <Box aria-label={label} as="section">
    <Heading as="h2" mb={2} size="sm">
      {label}
    </Heading>
    <SimpleGrid columns={{ base: 1, md: 2 }} gap={2}>
      {nodes.map((node) => (
        <LineageLink
          key={node.id}
          _hover={{ bg: "bg.subtle" }}
          borderRadius="md"
          borderWidth="1px"
          color="fg"
          display="block"
          minWidth={0}
          overflow="hidden"
          params={{ node: node.id }}
          px={3}
          py={2}
          textDecoration="none"
          view="graph"
        >
          <HitLine hit={node} />
        </LineageLink>
      ))}
    </SimpleGrid>
  </Box>
);
