import { HStack, IconButton, Text } from "@chakra-ui/react";

import { formatNumber } from "../i18n/format";
import { t } from "../i18n/t";
import { MOST_DEPTH } from "./model/urlState";

type Props = { readonly depth: number; readonly onChange: (depth: number) => void };

/** How many steps are shown from the middle. */
export const DepthControl = ({ depth, onChange }: Props) => (
  <HStack aria-label={t("graph.toolbar.depth")} gap={1} role="group">
    <Text color="fg.muted" fontSize="xs">
      {t("graph.toolbar.depth")}
    </Text>
    <IconButton
      aria-label={t("graph.toolbar.less")}
      disabled={depth <= 1}
      onClick={() => onChange(depth - 1)}
      size="2xs"
      variant="outline"
    >
      −
    </IconButton>
    <Text aria-live="polite" data-testid="depth" fontVariantNumeric="tabular-nums" minWidth={3} textAlign="center">
      {formatNumber(depth)}
    </Text>
    <IconButton
      aria-label={t("graph.toolbar.more")}
      disabled={depth >= MOST_DEPTH}
      onClick={() => onChange(depth + 1)}
      size="2xs"
      variant="outline"
    >
      +
    </IconButton>
  </HStack>
);
