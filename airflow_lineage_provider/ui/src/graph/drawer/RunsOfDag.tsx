import { Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../../api/client";
import { t } from "../../i18n/t";
import { ErrorState } from "../../ui/ErrorState";
import { LoadingState } from "../../ui/LoadingState";
import { Section } from "../../ui/Section";
import { RunList } from "./RunList";

/** The last attempts of a DAG's tasks. */
export const RunsOfDag = ({ dagId }: { readonly dagId: string }) => {
  const runs = useQuery({
    queryKey: ["runs", "of dag", dagId],
    queryFn: () => unwrap(client.GET("/api/v2/runs", { params: { query: { dag_id: dagId, limit: 10 } } })),
  });
  if (runs.error) return <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />;
  if (!runs.data) return <LoadingState />;
  return (
    <Section title={t("graph.drawer.runs")}>
      {runs.data.runs.length > 0 ? <RunList runs={runs.data.runs} /> : <Text color="fg.muted">{t("graph.drawer.noRuns")}</Text>}
    </Section>
  );
};
