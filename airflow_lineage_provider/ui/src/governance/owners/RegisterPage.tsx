import { Badge, Box, Button, Flex, Text } from "@chakra-ui/react";
import { useState } from "react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { DatasetLink } from "../../ui/DatasetLink";
import { EmptyState } from "../../ui/EmptyState";
import { PagedTable } from "../../ui/PagedTable";
import { Section } from "../../ui/Section";
import { useMe } from "../../ui/useMe";
import { usePaged } from "../../ui/usePaged";
import { EndOwner } from "./EndOwner";
import { SetOwnerDialog } from "./SetOwnerDialog";

type Registered = Schema<"RegisteredOwnerOut">;

/** Owners that somebody has set, by hand or from a file. */
export const RegisterPage = () => {
  const [isSetting, setSetting] = useState(false);
  const mayGovern = useMe()?.may_govern ?? true;
  const { query, rows } = usePaged(
    ["owners", "registered"],
    (cursor) => unwrap(client.GET("/api/v2/owners/registered", { params: { query: { cursor } } })),
    (page) => page.owners,
  );
  return (
    <Section
      actions={
        <Button
          disabled={!mayGovern}
          onClick={() => setSetting(true)}
          size="sm"
          title={mayGovern ? undefined : t("governance.decisions.notYou")}
          variant="outline"
        >
          {t("governance.owners.set")}
        </Button>
      }
      hint={t("governance.owners.registerHint")}
      title={t("governance.pages.register")}
    >
      <PagedTable
        columns={[
          { key: "owner", header: t("governance.findings.owner"), cell: owner },
          { key: "of", header: t("governance.owners.of"), cell: of },
          { key: "channel", header: t("governance.findings.channel"), cell: channel },
          { key: "days", header: t("governance.owners.days"), cell: days },
          { key: "source", header: t("governance.owners.source"), cell: source },
          {
            key: "end",
            header: t("governance.owners.end"),
            width: "8rem",
            cell: (row) => (row.source === "hand" && mayGovern ? <EndOwner owner={row} /> : null),
          },
        ]}
        empty={<EmptyState hint={t("governance.owners.noneHint")} title={t("governance.owners.none")} />}
        label={t("governance.pages.register")}
        query={query}
        rowKey={(row) => `${row.source} ${row.position} ${row.namespace} ${row.name} ${row.owner}`}
        rows={rows}
      />
      {isSetting ? <SetOwnerDialog onClose={() => setSetting(false)} /> : null}
    </Section>
  );
};

const owner = ({ owner: name, kind }: Registered) => (
  <Flex gap={2} minWidth="11rem" wrap="wrap">
    <Text fontWeight="medium" overflowWrap="break-word">
      {name}
    </Text>
    {kind ? <Badge>{kind}</Badge> : null}
  </Flex>
);

const of = ({ namespace, name, is_glob }: Registered) =>
  is_glob ? (
    <Box minWidth="10rem">
      <Text fontFamily="mono" fontSize="xs" overflowWrap="anywhere">
        {name}
      </Text>
      <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
        {namespace} <Badge size="xs">{t("governance.owners.pattern")}</Badge>
      </Text>
    </Box>
  ) : (
    <DatasetLink name={name} namespace={namespace} />
  );

const channel = ({ channel: told, contact }: Registered) => (
  <Text minWidth="9rem" overflowWrap="break-word">{[told, contact].filter(Boolean).join(" · ")}</Text>
);

const days = ({ valid_from, valid_to }: Registered) => (
  <Text whiteSpace="nowrap">
    {valid_from || valid_to ? `${valid_from ?? "…"} – ${valid_to ?? "…"}` : t("governance.owners.always")}
  </Text>
);

const source = ({ source: from, position, set_by, set_at }: Registered) => (
  <Box>
    <Text overflowWrap="anywhere">{from === "hand" ? t("governance.owners.byHand", { name: set_by ?? "" }) : `${from}:${position}`}</Text>
    <Text color="fg.muted" fontSize="xs">
      {formatTime(set_at)}
    </Text>
  </Box>
);
