import { Stack } from "@chakra-ui/react";

import { client, unwrap } from "../../api/client";
import { t } from "../../i18n/t";
import { startOf } from "../../i18n/zone";
import { EmptyState } from "../../ui/EmptyState";
import { PagedTable } from "../../ui/PagedTable";
import { Section } from "../../ui/Section";
import { usePaged } from "../../ui/usePaged";
import { useParams } from "../../ui/useParams";
import { GovernanceShell } from "../GovernanceShell";
import { AuditFilters } from "./AuditFilters";
import { ExportButton } from "./ExportButton";
import { entryColumns } from "./entryColumns";
import { VerifyChain } from "./VerifyChain";

/** What was judged, decided, changed and purged; whether it is as it was written; all of it as a file. */
const AuditView = () => {
  const { get, set } = useParams();
  const asked = {
    kind: get("kind") || undefined,
    subject: get("subject") || undefined,
    since: get("since") || undefined,
  };
  // A day of the reader: the server would take it for one of UTC.
  const since = asked.since && startOf(asked.since);
  const { query, rows } = usePaged(
    ["audit", asked, since],
    (cursor) => unwrap(client.GET("/api/v2/audit", { params: { query: { ...asked, since, cursor } } })),
    (page) => page.entries,
  );
  return (
    <GovernanceShell view="audit">
      <Section hint={t("governance.audit.hint")} title={t("governance.pages.audit")}>
        <Stack gap={4}>
          <VerifyChain>
            <ExportButton since={since} />
          </VerifyChain>
          <AuditFilters asked={asked} onChange={set} />
          <PagedTable
            columns={entryColumns()}
            empty={<EmptyState hint={t("governance.audit.noneHint")} title={t("governance.audit.none")} />}
            label={t("governance.pages.audit")}
            query={query}
            rowKey={({ id }) => id}
            rows={rows}
          />
        </Stack>
      </Section>
    </GovernanceShell>
  );
};

export default AuditView;
