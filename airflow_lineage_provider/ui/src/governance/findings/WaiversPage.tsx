import { Box, Stack, Text } from "@chakra-ui/react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { t } from "../../i18n/t";
import { Choice } from "../../ui/Choice";
import { EmptyState } from "../../ui/EmptyState";
import { LevelBadge } from "../../ui/LevelBadge";
import { PagedTable } from "../../ui/PagedTable";
import { Section } from "../../ui/Section";
import { usePaged } from "../../ui/usePaged";
import { useParams } from "../../ui/useParams";
import { DecisionActions } from "./DecisionActions";
import { People, Reason, Times } from "./DecisionTexts";

type Waiver = Schema<"WaiverOut">;

const STATES = ["pending", "active", "expired", "revoked"] as const;

/** Waivers: who asked, who approved, until when. */
export const WaiversPage = () => {
  const { get, set } = useParams();
  const state = STATES.find((each) => each === get("state"));
  const { query, rows } = usePaged(
    ["waivers", state],
    (cursor) => unwrap(client.GET("/api/v2/waivers", { params: { query: { state, cursor } } })),
    (page) => page.waivers,
  );
  return (
    <Section hint={t("governance.waivers.hint")} title={t("governance.pages.waivers")}>
      <Stack gap={3}>
        <Choice
          label={t("governance.findings.state")}
          onChange={(value) => set({ state: value })}
          options={[
            { value: "", label: t("governance.findings.any") },
            ...STATES.map((value) => ({ value, label: t(`governance.words.${value}`) })),
          ]}
          value={state ?? ""}
        />
        <PagedTable
          columns={[
            { key: "id", header: "#", cell: ({ id }) => id },
            { key: "state", header: t("governance.findings.state"), cell: (waiver) => <LevelBadge word={waiver.state} /> },
            { key: "scope", header: t("governance.waivers.scope"), cell: scope },
            { key: "reason", header: t("governance.waive.reason"), cell: Reason },
            { key: "people", header: t("governance.waivers.people"), cell: People },
            { key: "expires", header: t("governance.waivers.until"), cell: Times },
            { key: "actions", header: t("governance.waivers.decide"), cell: actions },
          ]}
          empty={<EmptyState hint={t("governance.waivers.noneHint")} title={t("governance.waivers.none")} />}
          label={t("governance.pages.waivers")}
          query={query}
          rowKey={({ id }) => id}
          rows={rows}
        />
      </Stack>
    </Section>
  );
};

const scope = ({ rule, namespace, name, dag_id, subject }: Waiver) => (
  <Box minWidth="11rem">
    <Text fontWeight="medium">{rule}</Text>
    {[name, namespace, dag_id && t("governance.findings.ofDag", { dag: dag_id }), subject].map((part) =>
      part ? (
        <Text color="fg.muted" fontSize="xs" key={part} overflowWrap="anywhere">
          {part}
        </Text>
      ) : null,
    )}
  </Box>
);

const actions = ({ id, state, author }: Waiver) => (
  <DecisionActions
    author={author}
    decide={(what) =>
      unwrap(
        what === "approve"
          ? client.POST("/api/v2/waivers/{waiver_id}/approve", { params: { path: { waiver_id: id } } })
          : client.POST("/api/v2/waivers/{waiver_id}/revoke", { params: { path: { waiver_id: id } } }),
      )
    }
    name={t("governance.findings.waiverNumber", { id })}
    queryKey="waivers"
    state={state}
  />
);
