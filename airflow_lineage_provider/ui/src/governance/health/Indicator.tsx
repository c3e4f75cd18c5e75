import { Box, Text } from "@chakra-ui/react";

import { t } from "../../i18n/t";
import { LineageLink } from "../../ui/LineageLink";
import type { Grade } from "./grade";

const COLORS: Readonly<Record<Grade, string>> = {
  good: "green.solid",
  fair: "orange.solid",
  bad: "red.solid",
  none: "border",
};

type Props = {
  readonly label: string;
  /** `null`: not known. */
  readonly value: string | null;
  readonly detail?: string;
  readonly grade: Grade;
  /** Section of the health view that says more. */
  readonly section?: string;
};

/** A figure with its name; the colour at its edge, and a word, say how it is. */
export const Indicator = ({ label, value, detail, grade, section }: Props) => (
  <Box
    aria-label={label}
    bg="bg.subtle"
    borderLeftColor={COLORS[grade]}
    borderLeftWidth="4px"
    borderRadius="md"
    p={3}
    role="group"
  >
    <Text color="fg.muted" fontSize="xs">
      {section ? (
        <LineageLink color="inherit" params={{ section }} textDecoration="underline" view="health">
          {label}
        </LineageLink>
      ) : (
        label
      )}
    </Text>
    <Text fontSize="xl" fontVariantNumeric="tabular-nums" fontWeight="semibold">
      {value ?? "–"}
    </Text>
    <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
      {[grade === "none" ? null : t(`governance.health.grades.${grade}`), value === null ? t("governance.health.unknown") : detail]
        .filter(Boolean)
        .join(" · ")}
    </Text>
  </Box>
);
