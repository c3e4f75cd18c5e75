import { Stack, Text } from "@chakra-ui/react";

import type { PluginProps } from "../app/destination";
import { t } from "../i18n/t";
import { Answered } from "../ui/Answered";
import { EmptyState } from "../ui/EmptyState";
import { LineageLink } from "../ui/LineageLink";
import { Section } from "../ui/Section";
import { DagFindings } from "./DagFindings";
import { GateCard } from "./GateCard";
import { SmallGraph } from "./SmallGraph";
import { TouchedTable } from "./TouchedTable";
import { touchedBy } from "./touchedBy";
import { useDagGraph } from "./useDag";

/** A DAG: what it reads and writes, its open findings, and whether its next run may start. */
const DagView = ({ dagId = "" }: PluginProps) => {
  const graph = useDagGraph(dagId);
  const data = graph.data;
  return (
    <Stack gap={0} p={4}>
      <GateCard dagId={dagId} />
      <DagFindings dagId={dagId} />
      <Section
        actions={data ? <LineageLink params={{ node: data.root }} view="graph">{t("dag.whole")}</LineageLink> : undefined}
        title={t("dag.graph")}
      >
        <Answered query={graph}>
          {(found) =>
            found === null ? (
              <EmptyState hint={t("dag.noRunsHint")} title={t("dag.noRuns")} />
            ) : (
              <>
                <SmallGraph graph={found} />
                {found.truncated ? <Text color="fg.muted">{t("dag.truncated")}</Text> : null}
              </>
            )
          }
        </Answered>
      </Section>
      {data
        ? (["reads", "writes"] as const).map((way) => (
            <Section key={way} title={t(`dag.${way}`)}>
              <TouchedTable label={t(`dag.${way}`)} rows={touchedBy(data, way)} />
            </Section>
          ))
        : null}
    </Stack>
  );
};

export default DagView;
