import { Box, Flex, Text } from "@chakra-ui/react";

import type { Schema } from "../../api/types";
import { formatShare } from "../../i18n/format";
import { t } from "../../i18n/t";

const PARTS = [
  ["recorded", "green.solid"],
  ["partial", "orange.solid"],
  ["missing", "red.solid"],
] as const;

/** The share that is recorded, with what is partial and what is missing. */
export const CoverageBar = ({ counts }: { readonly counts: Schema<"Counts"> }) => {
  if (counts.coverage === null) return <Text color="fg.muted">{t("governance.coverage.nothingRan")}</Text>;
  return (
    <Flex align="center" gap={2}>
      <Flex aria-hidden bg="bg.muted" borderRadius="sm" flex={1} height={2} minWidth="5rem" overflow="hidden">
        {PARTS.map(([name, color]) => (counts[name] > 0 ? <Box bg={color} flexGrow={counts[name]} key={name} /> : null))}
      </Flex>
      <Text fontVariantNumeric="tabular-nums" textAlign="end" width="4rem">
        {formatShare(counts.coverage)}
      </Text>
    </Flex>
  );
};
