import { Box, Button, HStack, Spinner, Text } from "@chakra-ui/react";

import { t } from "../i18n/t";
import { titleOf } from "./model/labels";
import { nodesBetween } from "./model/paths";
import type { GraphState } from "./model/urlState";
import { MOST_EXPANDED, type VisibleGraph } from "./model/visible";
import type { ChangeState } from "./useGraphState";
import type { FailedSides } from "./useKnownGraph";

type Props = {
  readonly visible: VisibleGraph;
  readonly state: GraphState;
  readonly failed: FailedSides | null;
  readonly isBusy: boolean;
  readonly isTruncated: boolean;
  readonly onChange: ChangeState;
  /** The place for the buttons of the picture. */
  readonly toolsRef: (place: HTMLElement | null) => void;
};

/** How much is shown, and how much is not. */
export const StatusLine = ({ visible, state, failed, isBusy, isTruncated, onChange, toolsRef }: Props) => {
  const { nodes, edges, hiddenCount } = visible;
  const way = state.to ? nodes.find(({ id }) => id === state.to) : undefined;
  const hasWay = state.to && state.selected && nodesBetween(edges, state.selected, state.to).size > 0;
  return (
    <HStack
      aria-live="polite"
      borderBottomWidth="1px"
      data-testid="graph-status"
      flexWrap="wrap"
      fontSize="xs"
      flexShrink={0}
      gap={2}
      minHeight="1.75rem"
      px={3}
    >
      {isBusy ? <Spinner aria-label={t("graph.canvas.laying")} size="xs" /> : null}
      <Text>{t("graph.canvas.shown", { count: nodes.length })}</Text>
      {hiddenCount > 0 ? <Text color="fg.muted">{t("graph.canvas.hidden", { count: hiddenCount })}</Text> : null}
      {isTruncated ? <Text color="fg.muted">{t("graph.canvas.truncated")}</Text> : null}
      {nodes.length >= MOST_EXPANDED ? <Text color="fg.warning">{t("graph.canvas.full")}</Text> : null}
      {failed ? (
        <>
          <Text color="fg.error">{t("graph.canvas.sideFailed", { count: failed.sides.length, reason: failed.reason })}</Text>
          <Button onClick={failed.retry} size="2xs" variant="outline">
            {t("app.retry")}
          </Button>
          <Button
            onClick={() => onChange({ open: state.open.filter((side) => !failed.sides.includes(side)) }, { replace: true })}
            size="2xs"
            variant="outline"
          >
            {t("graph.canvas.leaveOut")}
          </Button>
        </>
      ) : null}
      {way ? (
        <>
          <Text color={hasWay ? "fg" : "fg.warning"}>
            {hasWay ? t("graph.canvas.way", { name: titleOf(way) }) : t("graph.canvas.noWay")}
          </Text>
          <Button onClick={() => onChange({ to: null }, { replace: true })} size="2xs" variant="outline">
            {t("graph.canvas.clearWay")}
          </Button>
        </>
      ) : null}
      <Box marginStart="auto" ref={toolsRef} />
    </HStack>
  );
};
