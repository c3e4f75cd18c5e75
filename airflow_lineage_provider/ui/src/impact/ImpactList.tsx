import { Alert, Button, Flex, Heading, Stack, Text } from "@chakra-ui/react";
import { useMemo } from "react";

import { t } from "../i18n/t";
import { CopyButton } from "../ui/CopyButton";
import { EmptyState } from "../ui/EmptyState";
import { ErrorState } from "../ui/ErrorState";
import { LineageLink } from "../ui/LineageLink";
import { LoadingState } from "../ui/LoadingState";
import { SimpleTable } from "../ui/SimpleTable";
import { byDegree, type Degree, dagsOf, ownersOf } from "./degrees";
import { DownloadCsv } from "./DownloadCsv";
import { impactColumns } from "./impactColumns";
import { impactMarkdown } from "./markdown";
import { nextRunText } from "./nextRun";
import { nodeText } from "./nodeParts";
import { type Direction, useImpact, useNextRuns } from "./useImpact";

type Props = { readonly node: string; readonly direction: Direction };

/** What depends on a node by degree, with owners and next runs; as Markdown and as CSV. */
export const ImpactList = ({ node, direction }: Props) => {
  const { query, rows } = useImpact(node, direction);
  const degrees = useMemo(() => byDegree(rows), [rows]);
  const next = useNextRuns(dagsOf(rows));
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <LoadingState rows={8} />;
  const first = query.data.pages[0];
  const total = first?.total ?? rows.length;
  if (rows.length === 0 && !query.hasNextPage)
    return <EmptyState hint={t(`impact.noneHint.${direction}`)} title={t(`impact.none.${direction}`)} />;
  const heading = t(`impact.heading.${direction}`, { node: nodeText(node) });
  const markdown = () =>
    impactMarkdown(rows, total, (dagId) => nextRunText(next.get(dagId)), {
      heading,
      restricted: t("app.restricted"),
      nobody: t("impact.nobody"),
      columns: [
        t("impact.degree"),
        t("impact.kind"),
        t("impact.name"),
        t("impact.owners"),
        t("impact.status"),
        t("impact.dags"),
      ],
      more: (count) => t("impact.moreItems", { count }),
    });
  return (
    <Stack gap={4}>
      <Flex align="center" gap={3} justify="space-between" wrap="wrap">
        <Stack gap={0} minWidth={0}>
          <Heading as="h2" overflowWrap="anywhere" size="sm">
            {heading}
          </Heading>
          <Text color="fg.muted">{summary(total, ownersOf(rows).length, dagsOf(rows).length)}</Text>
        </Stack>
        <Flex gap={2} wrap="wrap">
          <LineageLink alignSelf="center" params={{ node }} view="graph">
            {t("impact.graph")}
          </LineageLink>
          <CopyButton size="sm" text={markdown}>
            {t("impact.copy")}
          </CopyButton>
          <DownloadCsv direction={direction} node={node} />
        </Flex>
      </Flex>
      {first?.truncated ? (
        <Alert.Root size="sm" status="warning">
          <Alert.Indicator />
          <Alert.Content>{t("impact.truncated")}</Alert.Content>
        </Alert.Root>
      ) : null}
      {degrees.map((degree) => (
        <Stack aria-label={titleOf(degree)} as="section" gap={1} key={degree.degree}>
          <Flex bg="bg.subtle" gap={3} px={2} py={1.5} wrap="wrap">
            <Heading as="h3" size="sm">
              {titleOf(degree)}
            </Heading>
            <Text color="fg.muted">
              {[
                t("impact.datasets", { count: degree.datasets }),
                t("impact.jobs", { count: degree.jobs }),
                degree.owners.length > 0 ? degree.owners.join(", ") : t("impact.nobody"),
              ].join(" · ")}
            </Text>
          </Flex>
          <SimpleTable columns={impactColumns(next)} label={titleOf(degree)} rowKey={({ id }) => id} rows={degree.items} />
        </Stack>
      ))}
      {query.hasNextPage ? (
        <Button alignSelf="flex-start" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()} variant="outline">
          {t("app.more")}
        </Button>
      ) : null}
    </Stack>
  );
};

const titleOf = ({ degree }: Degree): string => t("impact.degreeTitle", { degree });

const summary = (items: number, owners: number, dags: number): string =>
  [
    t("impact.items", { count: items }),
    t("impact.ownersToTell", { count: owners }),
    t("impact.dagsConcerned", { count: dags }),
  ].join(" · ");
