import { Badge, Box, Stack, Text } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { formatTime } from "../i18n/format";
import { t } from "../i18n/t";
import { AirflowLink, dagPath } from "../ui/AirflowLink";
import { LineageLink } from "../ui/LineageLink";
import type { TableColumn } from "../ui/SimpleTable";
import { StateBadge } from "../ui/StateBadge";
import { itemName } from "./markdown";
import { nextRunText } from "./nextRun";
import { nodeText } from "./nodeParts";

type Item = Schema<"ImpactItem">;

/** Columns of the list of what depends on a node. */
export const impactColumns = (next: ReadonlyMap<string, Schema<"NextRun">>): TableColumn<Item>[] => [
  { key: "kind", header: t("impact.kind"), width: "6rem", cell: ({ type }) => <Badge>{t(`impact.types.${type}`)}</Badge> },
  { key: "name", header: t("impact.name"), cell: (item) => <Name item={item} /> },
  { key: "status", header: t("impact.status"), width: "12rem", cell: Status },
  { key: "owners", header: t("impact.owners"), width: "12rem", cell: Owners },
  { key: "dags", header: t("impact.dags"), cell: ({ dag_ids }) => <Dags dagIds={dag_ids} next={next} /> },
  { key: "way", header: t("impact.way"), width: "6rem", cell: ({ distance, path }) => <Way distance={distance} path={path} /> },
];

const Name = ({ item }: { readonly item: Item }) =>
  item.masked ? (
    <Text color="fg.muted" fontStyle="italic">
      {t("app.restricted")}
    </Text>
  ) : (
    <Box minWidth="12rem">
      <LineageLink color="fg" fontWeight="medium" overflowWrap="anywhere" params={{ node: item.id }} textDecoration="underline" view="graph">
        {itemName(item)}
      </LineageLink>
      <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
        {item.namespace}
      </Text>
    </Box>
  );

const Status = ({ status, last_run }: Item) => (
  <Stack align="flex-start" gap={0.5}>
    <StateBadge state={status === "ok" ? "success" : status === "unknown" ? null : status} />
    {last_run?.ended_at ? (
      <Text color="fg.muted" fontSize="xs">
        {formatTime(last_run.ended_at)}
      </Text>
    ) : null}
  </Stack>
);

const Owners = ({ owners }: Item) => (
  <Text color={owners.length > 0 ? undefined : "fg.muted"} overflowWrap="anywhere">
    {owners.length > 0 ? owners.join(", ") : t("impact.nobody")}
  </Text>
);

const Dags = ({ dagIds, next }: { readonly dagIds: readonly string[]; readonly next: ReadonlyMap<string, Schema<"NextRun">> }) => (
  <Stack gap={1} minWidth="10rem">
    {dagIds.map((dagId) => (
      <Box key={dagId}>
        <AirflowLink overflowWrap="anywhere" to={dagPath(dagId)}>
          {dagId}
        </AirflowLink>
        <Text color="fg.muted" fontSize="xs">
          {nextRunText(next.get(dagId))}
        </Text>
      </Box>
    ))}
  </Stack>
);

const Way = ({ distance, path }: { readonly distance: number; readonly path: readonly string[] }) => (
  <Text title={path.map(nodeText).join(" → ")}>{t("impact.steps", { count: distance })}</Text>
);
