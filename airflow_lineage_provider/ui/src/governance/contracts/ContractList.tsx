import { Alert, Box, Stack, Text } from "@chakra-ui/react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { t } from "../../i18n/t";
import { DatasetLink } from "../../ui/DatasetLink";
import { EmptyState } from "../../ui/EmptyState";
import { LevelBadge } from "../../ui/LevelBadge";
import { LineageLink } from "../../ui/LineageLink";
import { PagedTable } from "../../ui/PagedTable";
import { Section } from "../../ui/Section";
import { usePaged } from "../../ui/usePaged";

type Contract = Schema<"ContractStatus">;

/** How every contract stands, and files that are none. */
export const ContractList = () => {
  const { query, rows } = usePaged(
    ["contracts", "status"],
    (cursor) => unwrap(client.GET("/api/v2/contracts/status", { params: { query: { cursor } } })),
    (page) => page.contracts,
  );
  const files = query.data?.pages[0]?.files ?? [];
  return (
    <Section hint={t("governance.contracts.hint")} title={t("governance.pages.contracts")}>
      <Stack gap={3}>
        {files.map((file) => (
          <Alert.Root key={file.source} size="sm" status="error">
            <Alert.Indicator />
            <Alert.Content overflowWrap="anywhere">
              <Alert.Title>{t("governance.contracts.badFile", { file: file.source })}</Alert.Title>
              {file.problems.map((problem) => (
                <Alert.Description key={problem}>{problem}</Alert.Description>
              ))}
            </Alert.Content>
          </Alert.Root>
        ))}
        <PagedTable
          columns={[
            { key: "id", header: t("governance.contracts.id"), cell: id },
            { key: "version", header: t("governance.contracts.version"), width: "8rem", cell: version },
            { key: "state", header: t("governance.findings.state"), width: "8rem", cell: ({ state }) => <LevelBadge word={state} /> },
            { key: "status", header: t("governance.contracts.status"), width: "7rem", cell: ({ status }) => status },
            { key: "objects", header: t("governance.contracts.objects"), cell: objects },
          ]}
          empty={<EmptyState hint={t("governance.contracts.noneHint")} title={t("governance.contracts.none")} />}
          label={t("governance.pages.contracts")}
          query={query}
          rowKey={({ contract_id }) => contract_id}
          rows={rows}
        />
      </Stack>
    </Section>
  );
};

const id = ({ contract_id, problems }: Contract) => (
  <Box minWidth="10rem">
    <LineageLink fontWeight="medium" overflowWrap="anywhere" params={{ contract: contract_id }} textDecoration="underline" view="contracts">
      {contract_id}
    </LineageLink>
    {problems.map((problem) => (
      <Text color="fg.error" fontSize="xs" key={problem} overflowWrap="anywhere">
        {problem}
      </Text>
    ))}
  </Box>
);

const version = ({ version: now, previous_version }: Contract) => (
  <>
    <Text>{now}</Text>
    {previous_version ? (
      <Text color="fg.muted" fontSize="xs">
        {t("governance.contracts.before", { version: previous_version })}
      </Text>
    ) : null}
  </>
);

const objects = ({ objects: bound }: Contract) => (
  <Stack gap={2}>
    {bound.map((item) => (
      <Box key={item.schema_name}>
        {item.namespace && item.name ? (
          <DatasetLink name={item.name} namespace={item.namespace} />
        ) : (
          <Text>
            {item.schema_name}: <LevelBadge word="unbound" />
          </Text>
        )}
        {item.detail ? (
          <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
            {item.detail}
          </Text>
        ) : null}
        {item.closest.length > 0 ? (
          <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
            {t("governance.contracts.closest", { names: item.closest.map(({ name }) => name).join(", ") })}
          </Text>
        ) : null}
        {item.also.length > 0 ? (
          <Text color="fg.error" fontSize="xs" overflowWrap="anywhere">
            {t("governance.contracts.also", { contracts: item.also.join(", ") })}
          </Text>
        ) : null}
      </Box>
    ))}
  </Stack>
);
