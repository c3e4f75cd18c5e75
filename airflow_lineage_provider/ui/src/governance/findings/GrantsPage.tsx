import { Button, Text } from "@chakra-ui/react";
import { useState } from "react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { t } from "../../i18n/t";
import { EmptyState } from "../../ui/EmptyState";
import { LevelBadge } from "../../ui/LevelBadge";
import { PagedTable } from "../../ui/PagedTable";
import { Section } from "../../ui/Section";
import { usePaged } from "../../ui/usePaged";
import { DecisionActions } from "./DecisionActions";
import { People, Reason, Times } from "./DecisionTexts";
import { GrantDialog } from "./GrantDialog";

type Grant = Schema<"GrantOut">;

/** Break-glass grants: with one, runs go on whatever is found. */
export const GrantsPage = () => {
  const [isAsking, setAsking] = useState(false);
  const { query, rows } = usePaged(
    ["grants"],
    (cursor) => unwrap(client.GET("/api/v2/grants", { params: { query: { cursor } } })),
    (page) => page.grants,
  );
  return (
    <Section
      actions={
        <Button onClick={() => setAsking(true)} size="sm" variant="outline">
          {t("governance.grants.ask")}
        </Button>
      }
      hint={t("governance.grants.hint")}
      title={t("governance.pages.grants")}
    >
      <PagedTable
        columns={[
          { key: "name", header: t("governance.grants.name"), cell: ({ name }) => <Text fontWeight="medium">{name}</Text> },
          { key: "state", header: t("governance.findings.state"), cell: (grant) => <LevelBadge word={grant.state} /> },
          { key: "dag", header: t("governance.grants.dags"), cell: ({ dag_id }) => dag_id },
          { key: "reason", header: t("governance.waive.reason"), cell: Reason },
          { key: "uses", header: t("governance.grants.uses"), cell: uses },
          { key: "people", header: t("governance.waivers.people"), cell: People },
          { key: "expires", header: t("governance.waivers.until"), cell: Times },
          { key: "actions", header: t("governance.waivers.decide"), cell: actions },
        ]}
        empty={<EmptyState hint={t("governance.grants.noneHint")} title={t("governance.grants.none")} />}
        label={t("governance.pages.grants")}
        query={query}
        rowKey={({ id }) => id}
        rows={rows}
      />
      {isAsking ? <GrantDialog onClose={() => setAsking(false)} /> : null}
    </Section>
  );
};

const uses = ({ uses: used, most_uses }: Grant) =>
  most_uses === null ? t("governance.grants.used", { used }) : t("governance.grants.usedOf", { used, most: most_uses });

const actions = ({ id, name, state, author }: Grant) => (
  <DecisionActions
    author={author}
    decide={(what) =>
      unwrap(
        what === "approve"
          ? client.POST("/api/v2/grants/{grant_id}/approve", { params: { path: { grant_id: id } } })
          : client.POST("/api/v2/grants/{grant_id}/revoke", { params: { path: { grant_id: id } } }),
      )
    }
    name={name}
    queryKey="grants"
    state={state}
  />
);
