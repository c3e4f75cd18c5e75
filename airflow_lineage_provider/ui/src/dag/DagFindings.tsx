import { Button, Text } from "@chakra-ui/react";

import { FindingTable } from "../governance/findings/FindingTable";
import { useFindings } from "../governance/findings/useFindings";
import { t } from "../i18n/t";
import { ErrorState } from "../ui/ErrorState";
import { LineageLink } from "../ui/LineageLink";
import { LoadingState } from "../ui/LoadingState";
import { Section } from "../ui/Section";

/** Open findings about what a DAG does and what it reads. */
export const DagFindings = ({ dagId }: { readonly dagId: string }) => {
  const { query, rows } = useFindings({ dag_id: dagId, state: "open" });
  return (
    <Section
      actions={
        <LineageLink params={{ dag_id: dagId }} view="findings">
          {t("dag.allFindings")}
        </LineageLink>
      }
      title={t("dag.findings")}
    >
      {query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <LoadingState />
      ) : rows.length === 0 ? (
        <Text color="fg.muted">{t("dag.noFindings")}</Text>
      ) : (
        <FindingTable findings={rows} label={t("dag.findings")} />
      )}
      {query.hasNextPage ? (
        <Button loading={query.isFetchingNextPage} mt={2} onClick={() => void query.fetchNextPage()} size="sm" variant="outline">
          {t("app.more")}
        </Button>
      ) : null}
    </Section>
  );
};
