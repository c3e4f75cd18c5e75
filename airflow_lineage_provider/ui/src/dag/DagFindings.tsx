import { Text } from "@chakra-ui/react";

import { FindingTable } from "../governance/findings/FindingTable";
import { useFindings } from "../governance/findings/useFindings";
import { t } from "../i18n/t";
import { Answered } from "../ui/Answered";
import { LineageLink } from "../ui/LineageLink";
import { MoreButton } from "../ui/MoreButton";
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
      <Answered query={query}>
        {() =>
          rows.length === 0 ? (
            <Text color="fg.muted">{t("dag.noFindings")}</Text>
          ) : (
            <FindingTable findings={rows} label={t("dag.findings")} />
          )
        }
      </Answered>
      <MoreButton query={query} />
    </Section>
  );
};
