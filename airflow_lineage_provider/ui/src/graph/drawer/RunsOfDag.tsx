import { Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../../api/client";
import { t } from "../../i18n/t";
import { Answered } from "../../ui/Answered";
import { Section } from "../../ui/Section";
import { RunList } from "./RunList";

/** The last attempts of a DAG's tasks. */
export const RunsOfDag = ({ dagId }: { readonly dagId: string }) => {
  const runs = useQuery({
    queryKey: ["runs", "of dag", dagId],
    queryFn: () => unwrap(client.GET("/api/v2/runs", { params: { query: { dag_id: dagId, limit: 10 } } })),
  });
  return (
    <Answered query={runs}>
      {({ runs: found }) => (
        <Section title={t("graph.drawer.runs")}>
          {found.length > 0 ? <RunList runs={found} /> : <Text color="fg.muted">{t("graph.drawer.noRuns")}</Text>}
        </Section>
      )}
    </Answered>
  );
};
