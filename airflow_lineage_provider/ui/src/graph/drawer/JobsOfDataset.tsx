import { HStack, Stack, Text } from "@chakra-ui/react";

import type { Schema } from "../../api/types";
import { t } from "../../i18n/t";
import { LineageLink } from "../../ui/LineageLink";
import { Section } from "../../ui/Section";
import { StateBadge } from "../../ui/StateBadge";

type Props = { readonly title: string; readonly nobody: string; readonly jobs: Schema<"JobsOfDataset"> };

/** Who reads a dataset, or writes it, and how their last run ended. */
export const JobsOfDataset = ({ title, nobody, jobs: { jobs, masked, total } }: Props) => {
  const more = total - jobs.length - masked;
  return (
    <Section title={title}>
      <Stack gap={1}>
        {total === 0 ? <Text color="fg.muted">{nobody}</Text> : null}
        {jobs.map(({ namespace, name, last_run: run }) => (
          <HStack key={`${namespace} ${name}`} justify="space-between">
            <LineageLink minWidth={0} overflowWrap="anywhere" params={{ node: `job:${namespace}:${name}` }} view="graph">
              {name}
            </LineageLink>
            {run ? <StateBadge state={run.state} /> : null}
          </HStack>
        ))}
        {more > 0 ? <Text color="fg.muted">{t("graph.drawer.moreJobs", { count: more })}</Text> : null}
        {masked > 0 ? <Text color="fg.muted">{t("graph.drawer.masked", { count: masked })}</Text> : null}
      </Stack>
    </Section>
  );
};
