import { Badge, Box, Button, HStack, Stack, Text } from "@chakra-ui/react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { ErrorState } from "../../ui/ErrorState";
import { LoadingState } from "../../ui/LoadingState";
import { usePaged } from "../../ui/usePaged";

const PALETTES: Record<string, string> = { added: "success", removed: "failed", type_changed: "warning", changed: "info" };
const KINDS = ["added", "removed", "type_changed", "changed", "moved"] as const;

/** Versions of the columns, the newest first, each with what changed from the one before. */
export const SchemaHistory = ({ nodeId }: { readonly nodeId: string }) => {
  const { query, rows } = usePaged(
    ["schema-history", nodeId],
    (cursor) => unwrap(client.GET("/api/v2/datasets/schema-history", { params: { query: { nodeId, limit: 5, cursor } } })),
    ({ versions }) => versions,
  );
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <LoadingState rows={2} />;
  if (rows.length === 0) return <Text color="fg.muted">{t("graph.drawer.noSchema")}</Text>;
  return (
    <Stack gap={3}>
      {rows.map((version) => (
        <Box key={version.valid_from}>
          <Text fontWeight="medium">{formatTime(version.valid_from)}</Text>
          <Changes changes={version.changes} />
        </Box>
      ))}
      {query.hasNextPage ? (
        <Button alignSelf="start" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()} size="xs" variant="outline">
          {t("graph.drawer.olderVersions")}
        </Button>
      ) : null}
    </Stack>
  );
};

const Changes = ({ changes }: { readonly changes: readonly Schema<"ColumnChange">[] | null }) => {
  if (changes === null) return <Text color="fg.muted">{t("graph.drawer.first")}</Text>;
  if (changes.length === 0) return <Text color="fg.muted">{t("graph.drawer.noChanges")}</Text>;
  return (
    <Stack gap={1}>
      {changes.map((change, at) => (
        <HStack key={`${change.name} ${at}`} align="flex-start" flexWrap="wrap" gap={2}>
          <Badge colorPalette={PALETTES[change.kind] ?? "none"}>{kindOf(change.kind)}</Badge>
          <Text overflowWrap="anywhere">{change.name ?? t("app.restricted")}</Text>
          {change.kind === "type_changed" ? (
            <Text color="fg.muted">
              {change.before?.type} → {change.after?.type}
            </Text>
          ) : null}
        </HStack>
      ))}
    </Stack>
  );
};

const kindOf = (kind: string): string => {
  const known = KINDS.find((one) => one === kind);
  return known ? t(`graph.drawer.changes.${known}`) : kind;
};
