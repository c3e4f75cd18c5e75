import { Badge, Box, Flex, Heading } from "@chakra-ui/react";

import { t } from "../../i18n/t";
import { FindingTable } from "./FindingTable";
import type { Group, GroupBy } from "./grouping";

type Props = { readonly by: GroupBy; readonly group: Group; readonly onChoose: (id: number) => void };

/** Findings of one owner, rule, DAG and so on under its name. */
export const FindingGroup = ({ by, group, onChoose }: Props) => {
  if (by === "none") return <FindingTable findings={group.findings} label={t("governance.pages.findings")} onChoose={onChoose} />;
  const name = group.value ?? t(`governance.findings.without.${by}`);
  return (
    <Box as="section" aria-label={name}>
      <Flex align="center" bg="bg.subtle" gap={2} px={2} py={1.5} wrap="wrap">
        <Heading as="h2" overflowWrap="anywhere" size="sm">
          {name}
        </Heading>
        <Badge>{t("governance.findings.count", { count: group.findings.length })}</Badge>
        {group.blocking > 0 ? (
          <Badge colorPalette="red">{t("governance.findings.blocking", { count: group.blocking })}</Badge>
        ) : null}
      </Flex>
      <FindingTable findings={group.findings} label={name} onChoose={onChoose} />
    </Box>
  );
};
