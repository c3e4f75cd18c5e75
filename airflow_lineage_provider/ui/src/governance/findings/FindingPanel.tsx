import { Button, Flex, Stack, Text } from "@chakra-ui/react";
import { useState } from "react";

import { formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { Answered } from "../../ui/Answered";
import { AirflowLink, dagPath } from "../../ui/AirflowLink";
import { CodeBlock } from "../../ui/CodeBlock";
import { CopyButton } from "../../ui/CopyButton";
import { DatasetLink } from "../../ui/DatasetLink";
import { Facts } from "../../ui/Facts";
import { LevelBadge } from "../../ui/LevelBadge";
import { LineageLink } from "../../ui/LineageLink";
import { Section } from "../../ui/Section";
import { SidePanel } from "../../ui/SidePanel";
import type { Finding } from "./grouping";
import { FindingVerdicts } from "./FindingVerdicts";
import { useFinding } from "./useFindings";
import { WaiveDialog } from "./WaiveDialog";
import { waiveCommand } from "./waiverForm";

type Props = { readonly id: number; readonly onClose: () => void };

/** One finding: what is wrong, what to do, on what it rests, and how to let it pass. */
export const FindingPanel = ({ id, onClose }: Props) => {
  const query = useFinding(id);
  const [isWaiving, setWaiving] = useState(false);
  return (
    <SidePanel onClose={onClose} title={query.data ? query.data.finding.rule : t("governance.findings.one")}>
      <Answered query={query}>
        {(data) => (
          <>
            <Text fontSize="md" mb={3} overflowWrap="anywhere">
              {data.finding.message}
            </Text>
            <Section title={t("governance.findings.fix")}>
              <Text overflowWrap="anywhere">{data.finding.fix}</Text>
            </Section>
            <Section title={t("governance.findings.facts")}>
              <FindingFacts finding={data.finding} />
            </Section>
            {isWaivable(data.finding) ? (
              <Section hint={t("governance.waive.hint")} title={t("governance.waive.title")}>
                <Stack gap={2}>
                  <CodeBlock label={t("governance.waive.command")}>{waiveCommand(data.finding)}</CodeBlock>
                  <Flex gap={2}>
                    <Button colorPalette="brand" onClick={() => setWaiving(true)} size="sm">
                      {t("governance.waive.ask")}
                    </Button>
                    <CopyButton size="sm" text={waiveCommand(data.finding)}>
                      {t("governance.waive.copy")}
                    </CopyButton>
                  </Flex>
                </Stack>
              </Section>
            ) : null}
            <Section title={t("governance.findings.evidence")}>
              <CodeBlock label={t("governance.findings.evidence")}>{JSON.stringify(data.evidence, null, 2)}</CodeBlock>
            </Section>
            <Section title={t("governance.findings.verdicts")}>
              <FindingVerdicts verdicts={data.verdicts} />
            </Section>
            {isWaiving ? <WaiveDialog about={data.finding} onClose={() => setWaiving(false)} /> : null}
          </>
        )}
      </Answered>
    </SidePanel>
  );
};

/** Only failures are waived, and only those that are not let pass already. */
const isWaivable = ({ state, result, waiver_id }: Finding): boolean =>
  state === "open" && result === "fail" && waiver_id === null;

const FindingFacts = ({ finding }: { readonly finding: Finding }) => (
  <Facts
    facts={[
      [t("governance.findings.standing"), <LevelBadge key="s" word={finding.standing} />],
      [t("governance.findings.state"), <LevelBadge key="t" word={finding.state} />],
      [
        t("governance.findings.dataset"),
        finding.namespace && finding.name ? (
          <DatasetLink key="d" name={finding.name} namespace={finding.namespace} />
        ) : null,
      ],
      [
        t("governance.findings.dag"),
        finding.dag_id ? (
          <AirflowLink key="g" to={dagPath(finding.dag_id)}>
            {finding.dag_id}
          </AirflowLink>
        ) : null,
      ],
      [t("governance.findings.subject"), finding.subject],
      [t("governance.findings.owner"), finding.owner ?? t("governance.findings.nobody")],
      [t("governance.findings.channel"), finding.channel],
      [
        t("governance.findings.contract"),
        finding.contract_id ? (
          <LineageLink key="c" params={{ contract: finding.contract_id }} view="contracts">
            {finding.contract_id} {finding.contract_version}
          </LineageLink>
        ) : null,
      ],
      [t("governance.findings.opened"), formatTime(finding.opened_at)],
      [t("governance.findings.seen"), formatTime(finding.last_seen_at)],
      [t("governance.findings.resolvedAt"), formatTime(finding.resolved_at)],
      [t("governance.findings.reopened"), finding.reopened > 0 ? t("governance.findings.times", { count: finding.reopened }) : null],
      [
        t("governance.findings.waiver"),
        finding.waiver_id ? (
          <LineageLink key="w" params={{ section: "waivers" }} view="findings">
            {t("governance.findings.waiverNumber", { id: finding.waiver_id })}
          </LineageLink>
        ) : null,
      ],
    ]}
  />
);
