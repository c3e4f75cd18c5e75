import { Box, Button, Flex, Stack, Text } from "@chakra-ui/react";
import { useState } from "react";

import { WaiveDialog } from "../governance/findings/WaiveDialog";
import { t } from "../i18n/t";
import { CopyButton } from "../ui/CopyButton";
import { DatasetLink } from "../ui/DatasetLink";
import { LevelBadge } from "../ui/LevelBadge";
import { LineageLink } from "../ui/LineageLink";
import { standingOf, type WireFinding } from "./wireFinding";

type Props = { readonly findings: readonly WireFinding[]; readonly dagId: string };

const AT_FIRST = 10;

/** Findings of a verdict: what is wrong, who answers, how to fix it, and how to let it pass. */
export const VerdictFindings = ({ findings, dagId }: Props) => {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? findings : findings.slice(0, AT_FIRST);
  return (
    <Stack as="ul" gap={3} listStyleType="none" mt={findings.length > 0 ? 3 : 0}>
      {shown.map((finding) => (
        <One dagId={dagId} finding={finding} key={finding.key} />
      ))}
      {shown.length < findings.length ? (
        <Button alignSelf="flex-start" colorPalette="gray" onClick={() => setAll(true)} size="xs" variant="outline">
          {t("run.moreFindings", { count: findings.length - shown.length })}
        </Button>
      ) : null}
    </Stack>
  );
};

const One = ({ finding, dagId }: { readonly finding: WireFinding; readonly dagId: string }) => {
  const [isWaiving, setWaiving] = useState(false);
  const isWaivable = finding.result === "fail" && !finding.isWaived;
  return (
    <Box as="li" bg="bg" borderRadius="md" borderWidth="1px" color="fg" colorPalette="brand" fontSize="sm" p={3}>
      <Flex align="center" gap={2} wrap="wrap">
        <LevelBadge word={standingOf(finding)} />
        <LineageLink
          fontWeight="semibold"
          params={{ rule: finding.rule, name: finding.name, namespace: finding.namespace, state: "all" }}
          textDecoration="underline"
          view="findings"
        >
          {finding.rule}
        </LineageLink>
        <Text color="fg.muted" fontSize="xs">
          {t("run.answers", { owner: finding.owner ?? t("governance.findings.nobody") })}
          {finding.channel ? ` · ${finding.channel}` : ""}
        </Text>
      </Flex>
      {finding.name ? <DatasetLink name={finding.name} namespace={finding.namespace} /> : null}
      {finding.subject ? <Text fontFamily="mono" fontSize="xs">{finding.subject}</Text> : null}
      <Text mt={1} overflowWrap="anywhere">
        {finding.message}
      </Text>
      <Text color="fg.muted" mt={1} overflowWrap="anywhere">
        {t("run.fix", { fix: finding.fix })}
      </Text>
      {isWaivable ? (
        <Flex gap={2} mt={2} wrap="wrap">
          <Button colorPalette="gray" onClick={() => setWaiving(true)} size="xs" variant="outline">
            {t("governance.waive.ask")}
          </Button>
          {finding.waive ? <CopyButton colorPalette="gray" text={finding.waive}>{t("governance.waive.copy")}</CopyButton> : null}
        </Flex>
      ) : null}
      {isWaiving ? <WaiveDialog about={finding} asker={dagId} onClose={() => setWaiving(false)} /> : null}
    </Box>
  );
};
