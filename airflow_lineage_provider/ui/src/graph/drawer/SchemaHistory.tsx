import { Box, Stack, Text } from "@chakra-ui/react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { ColumnChanges } from "../../run/ColumnChanges";
import { Answered } from "../../ui/Answered";
import { MoreButton } from "../../ui/MoreButton";
import { usePaged } from "../../ui/usePaged";

/** Versions of the columns, the newest first, each with what changed from the one before. */
export const SchemaHistory = ({ nodeId }: { readonly nodeId: string }) => {
  const { query, rows } = usePaged(
    ["schema-history", nodeId],
    (cursor) => unwrap(client.GET("/api/v2/datasets/schema-history", { params: { query: { nodeId, limit: 5, cursor } } })),
    ({ versions }) => versions,
  );
  return (
    <Answered query={query} rows={2}>
      {() => (
        <Stack gap={3}>
          {rows.length === 0 ? <Text color="fg.muted">{t("graph.drawer.noSchema")}</Text> : null}
          {rows.map((version) => (
            <Box key={version.valid_from}>
              <Text fontWeight="medium">{formatTime(version.valid_from)}</Text>
              <Changes changes={version.changes} />
            </Box>
          ))}
          <MoreButton query={query} size="xs">
            {t("graph.drawer.olderVersions")}
          </MoreButton>
        </Stack>
      )}
    </Answered>
  );
};

const Changes = ({ changes }: { readonly changes: readonly Schema<"ColumnChange">[] | null }) => {
  if (changes === null) return <Text color="fg.muted">{t("graph.drawer.first")}</Text>;
  if (changes.length === 0) return <Text color="fg.muted">{t("graph.drawer.noChanges")}</Text>;
  return <ColumnChanges changes={changes} />;
};
