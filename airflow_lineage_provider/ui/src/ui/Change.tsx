import { Text } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { formatDuration, formatNumber, formatShare } from "../i18n/format";
import { t } from "../i18n/t";
import { bytesText } from "../run/sizeText";

type Kind = "duration" | "number" | "bytes";
type Props = { readonly label: string; readonly change: Schema<"NumberChange">; readonly kind?: Kind };

const FORMATS: Readonly<Record<Kind, (value: number) => string>> = {
  duration: formatDuration,
  number: formatNumber,
  bytes: bytesText,
};

/** A number of before and after; nothing where neither is known. */
export const Change = ({ label, change: { before, after, ratio }, kind = "number" }: Props) => {
  if (before === null && after === null) return null;
  const format = (value: number | null) => (value === null ? t("run.notKnown") : FORMATS[kind](value));
  const by = ratio === null || ratio === 1 ? "" : ` (${ratio > 1 ? "+" : "−"}${formatShare(Math.abs(ratio - 1))})`;
  return (
    <Text color="fg.muted" fontSize="xs">
      {label}: {before === after ? format(after) : `${format(before)} → ${format(after)}${by}`}
    </Text>
  );
};
