import { Button, Stack, Text } from "@chakra-ui/react";
import { useState } from "react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { t } from "../../i18n/t";
import { DatasetLink } from "../../ui/DatasetLink";
import { EmptyState } from "../../ui/EmptyState";
import { PagedTable } from "../../ui/PagedTable";
import { Section } from "../../ui/Section";
import { useMe } from "../../ui/useMe";
import { usePaged } from "../../ui/usePaged";
import { SetOwnerDialog } from "./SetOwnerDialog";

type Orphan = Schema<"OrphanOut">;

/** Datasets without an owner, with who left and what reads and writes them. */
export const OrphansPage = () => {
  const [chosen, setChosen] = useState<Orphan | null>(null);
  const mayGovern = useMe()?.may_govern ?? true;
  const { query, rows } = usePaged(
    ["owners", "orphans"],
    (cursor) => unwrap(client.GET("/api/v2/owners/orphans", { params: { query: { cursor } } })),
    (page) => page.orphans,
  );
  return (
    <Section hint={t("governance.owners.orphansHint")} title={t("governance.pages.orphans")}>
      <PagedTable
        columns={[
          { key: "dataset", header: t("governance.findings.dataset"), cell: DatasetLink },
          { key: "departed", header: t("governance.owners.departed"), cell: departed },
          { key: "writers", header: t("governance.owners.writers"), cell: ({ writers }) => <Names names={writers} /> },
          { key: "readers", header: t("governance.owners.readers"), cell: ({ readers }) => <Names names={readers} /> },
          {
            key: "set",
            header: t("governance.owners.set"),
            width: "9rem",
            cell: (orphan) => (
              <Button
                aria-label={t("governance.owners.setOf", { name: orphan.name })}
                disabled={!mayGovern}
                onClick={() => setChosen(orphan)}
                size="xs"
                title={mayGovern ? undefined : t("governance.decisions.notYou")}
                variant="outline"
              >
                {t("governance.owners.set")}
              </Button>
            ),
          },
        ]}
        empty={<EmptyState hint={t("governance.owners.noOrphansHint")} title={t("governance.owners.noOrphans")} />}
        label={t("governance.pages.orphans")}
        query={query}
        rowKey={({ namespace, name }) => `${namespace} ${name}`}
        rows={rows}
      />
      {chosen ? <SetOwnerDialog about={chosen} onClose={() => setChosen(null)} /> : null}
    </Section>
  );
};

const departed = ({ departed: owners }: Orphan) => (
  <Names names={owners.map(({ name, valid_to }) => (valid_to ? t("governance.owners.until", { name, day: valid_to }) : name))} />
);

const MOST = 4;

const Names = ({ names }: { readonly names: readonly string[] }) => (
  <Stack gap={0} title={names.join("\n")}>
    {names.slice(0, MOST).map((name) => (
      <Text key={name} overflowWrap="anywhere">
        {name}
      </Text>
    ))}
    {names.length > MOST ? <Text color="fg.muted">{t("governance.owners.more", { count: names.length - MOST })}</Text> : null}
  </Stack>
);
