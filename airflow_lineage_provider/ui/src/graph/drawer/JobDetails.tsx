import { Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { t } from "../../i18n/t";
import { Answered } from "../../ui/Answered";
import { Section } from "../../ui/Section";
import { LastRun } from "./LastRun";
import { RunList } from "./RunList";

/** The last runs of a job, and what the last one read, wrote and executed. */
export const JobDetails = ({ nodeId }: { readonly nodeId: string }) => {
  const runs = useQuery({
    queryKey: ["runs", "of", nodeId],
    queryFn: () => unwrap(client.GET("/api/v2/runs", { params: { query: { job: nodeId, limit: 5 } } })),
  });
  return (
    <Answered query={runs} rows={6}>
      {(page) => <Runs runs={page.runs} />}
    </Answered>
  );
};

const Runs = ({ runs }: { readonly runs: readonly Schema<"ListedRun">[] }) => {
  const newest = runs[0]?.run;
  return (
    <>
      {newest?.operator ? (
        <Section title={t("graph.drawer.operator")}>
          <Text overflowWrap="anywhere">{newest.operator}</Text>
        </Section>
      ) : null}
      <Section title={t("graph.drawer.runs")}>
        {newest ? <RunList runs={runs} /> : <Text color="fg.muted">{t("graph.drawer.noRuns")}</Text>}
      </Section>
      {newest ? <LastRun id={newest.id} /> : null}
    </>
  );
};
