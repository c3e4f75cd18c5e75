import { Alert, Flex, Heading, Stack, Text } from "@chakra-ui/react";
import { useMemo } from "react";

import type { Schema } from "../api/types";
import { t } from "../i18n/t";
import { Answered } from "../ui/Answered";
import { CopyButton } from "../ui/CopyButton";
import { EmptyState } from "../ui/EmptyState";
import { ErrorLine } from "../ui/ErrorLine";
import { LineageLink } from "../ui/LineageLink";
import { MoreButton } from "../ui/MoreButton";
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
  return (
    <Answered query={query} rows={8}>
      {({ pages }) =>
        rows.length === 0 && !query.hasNextPage ? (
          <EmptyState hint={t(`impact.noneHint.${direction}`)} title={t(`impact.none.${direction}`)} />
        ) : (
          <Stack gap={4}>
            <Items direction={direction} isWhole={!query.hasNextPage} node={node} pages={pages} />
            <MoreButton query={query} />
          </Stack>
        )
      }
    </Answered>
  );
};

type ItemsProps = Props & { readonly pages: readonly Schema<"ImpactAnswer">[]; readonly isWhole: boolean };

const Items = ({ node, direction, pages, isWhole }: ItemsProps) => {
  const rows = useMemo(() => pages.flatMap(({ items }) => items), [pages]);
  const degrees = useMemo(() => byDegree(rows), [rows]);
  const { next, error, retry } = useNextRuns(pages.map(({ items }) => items));
  const first = pages[0];
  const total = first?.total ?? rows.length;
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
    <>
      <Flex align="center" gap={3} justify="space-between" wrap="wrap">
        <Stack gap={0} minWidth={0}>
          <Heading as="h2" overflowWrap="anywhere" size="sm">
            {heading}
          </Heading>
          <Text color="fg.muted">{summary(total, isWhole ? null : rows.length, ownersOf(rows).length, dagsOf(rows).length)}</Text>
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
      <ErrorLine error={error} onRetry={retry} title={t("impact.nextUntold")} />
      {degrees.map((degree) => (
        <Stack aria-label={titleOf(degree)} as="section" gap={1} key={degree.degree}>
          <Flex bg="bg.subtle" gap={3} px={2} py={1.5} wrap="wrap">
            <Heading as="h3" size="sm">
              {titleOf(degree)}
            </Heading>
            <Text color="fg.muted">
              {[
                isWhole ? null : t("impact.soFar"),
                t("impact.datasets", { count: degree.datasets }),
                t("impact.jobs", { count: degree.jobs }),
                degree.owners.length > 0 ? degree.owners.join(", ") : t("impact.nobody"),
              ]
                .filter((part) => part !== null)
                .join(" · ")}
            </Text>
          </Flex>
          <SimpleTable columns={impactColumns(next)} label={titleOf(degree)} rowKey={({ id }) => id} rows={degree.items} />
        </Stack>
      ))}
    </>
  );
};

const titleOf = ({ degree }: Degree): string => t("impact.degreeTitle", { degree });

/** Owners and DAGs are counted in what is loaded: `listed` says how much that is where it is not all. */
const summary = (items: number, listed: number | null, owners: number, dags: number): string => {
  const counted = [t("impact.ownersToTell", { count: owners }), t("impact.dagsConcerned", { count: dags })].join(" · ");
  return [
    t("impact.items", { count: items }),
    listed === null ? counted : t("impact.inTheFirst", { count: listed, counted }),
  ].join(" · ");
};
