import { Box, Flex } from "@chakra-ui/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { t } from "../i18n/t";
import { EmptyState } from "../ui/EmptyState";
import { ErrorLine } from "../ui/ErrorLine";
import { ErrorState } from "../ui/ErrorState";
import { LoadingState } from "../ui/LoadingState";
import { useRoom } from "../ui/useRoom";
import { useColumnLinks } from "./columns/useColumnLinks";
import { NodeDrawer } from "./drawer/NodeDrawer";
import { GraphCanvas } from "./GraphCanvas";
import { warmUp } from "./layout/elkWorker";
import { useLayout } from "./layout/useLayout";
import { groupsOf } from "./model/groups";
import type { Side } from "./model/types";
import { hasName } from "./model/urlState";
import { sideOf, visibleFrom } from "./model/visible";
import { remember } from "./search/recent";
import { StatusLine } from "./StatusLine";
import { Toolbar } from "./Toolbar";
import { useGraphState } from "./useGraphState";
import { useKnownGraph } from "./useKnownGraph";
import { useRing } from "./layout/useRing";
import { useLastStates } from "./useLastStates";

/** Milliseconds from a picture to getting ready for a larger one. */
const WARM_UP_AFTER = 1_000;

/** The graph around a node, with what governs it above and the details of a node beside it. */
export const Explorer = () => {
  const [state, change] = useGraphState();
  const { known, start, answer, error, failed, isPending, isExpanding, isOld, retry } = useKnownGraph(state);
  // The server may know the node by another name: an alias, or a column's dataset.
  const root = answer?.root ?? state.node ?? "";
  const shownState = useMemo(() => ({ ...state, node: root }), [state, root]);
  const { ref, room, isThere } = useRoom();
  const ring = useRing(start, shownState, room);
  const fresh = useMemo(
    () => (isOld ? null : known && visibleFrom(known, { ...state, root, ring })),
    [isOld, known, state, root, ring],
  );
  // While another graph is on its way, the one that is there stays: to lay it out by the new question is for nothing.
  const before = useRef(fresh);
  before.current = fresh ?? before.current;
  const visible = before.current;
  const groups = useMemo(
    () => groupsOf(visible?.nodes ?? [], visible?.edges ?? [], state.group),
    [visible, state.group],
  );
  const withColumns = state.level === "column";
  const { picture, isBusy, error: layoutError } = useLayout(visible, groups, withColumns, room);
  const columns = useColumnLinks(shownState);
  const states = useLastStates(state, picture !== null && !isBusy && !isExpanding);

  useEffect(() => {
    if (picture === null) return undefined;
    // Not sooner: reading its file takes a processor from what is drawn first.
    const timer = setTimeout(warmUp, WARM_UP_AFTER);
    return () => clearTimeout(timer);
  }, [picture]);
  // With a graph at hand it is only not up to date.
  const broken = known === null ? error : null;
  const [tools, setTools] = useState<HTMLElement | null>(null);
  const latest = useRef(state);
  latest.current = state;
  const onToggle = useCallback(
    (side: Side, id: string, isShut: boolean) => {
      if (!hasName(id)) return;
      const one = sideOf(side, id);
      const { open, shut } = latest.current;
      const without = (sides: readonly typeof one[]) => sides.filter((other) => other !== one);
      if (isShut) change({ open: without(open), shut: [...without(shut), one] });
      else change({ open: [...open, one], shut: without(shut) });
    },
    [change],
  );
  const title = answer?.nodes.find(({ id }) => id === root);
  if (title && state.node) remember(title);

  return (
    <Flex direction="column" flex={1} minHeight={0}>
      <Toolbar answer={answer} links={columns.links} onChange={change} picture={picture} state={state} states={states} />
      {picture && !broken ? (
        <StatusLine
          failed={failed}
          isBusy={isBusy || isExpanding}
          isTruncated={answer?.truncated ?? false}
          onChange={change}
          state={state}
          toolsRef={setTools}
          visible={picture.visible}
        />
      ) : broken ? null : (
        // As high as the line that comes: the room for the graph stays what it is.
        <Box borderBottomWidth="1px" flexShrink={0} minHeight="1.75rem" />
      )}
      <ErrorLine error={known === null ? null : error} onRetry={retry} />
      <ErrorLine error={columns.error} onRetry={columns.retry} title={t("graph.canvas.columnsFailed")} />
      <Flex flex={1} minHeight={0} position="relative" ref={ref}>
        <Box flex={1} minWidth={0} position="relative">
          {broken ? (
            <ErrorState error={broken} onRetry={retry} />
          ) : layoutError ? (
            <ErrorState error={layoutError} title={t("graph.canvas.layoutFailed")} />
          ) : picture === null || isPending || !isThere ? (
            <LoadingState rows={8} />
          ) : (
            <GraphCanvas
              links={columns.links}
              onChange={change}
              onToggle={onToggle}
              picture={picture}
              state={shownState}
              states={states}
              tools={tools}
            />
          )}
          {picture && picture.visible.nodes.length < 2 && !isExpanding && !broken ? (
            <Box insetX={0} pointerEvents="none" position="absolute" top={4}>
              <EmptyState hint={t("graph.canvas.noEdges")} title={t("graph.canvas.noEdgesTitle")} />
            </Box>
          ) : null}
        </Box>
        {state.selected ? (
          <NodeDrawer
            key={state.selected}
            node={known?.nodes.get(state.selected) ?? null}
            onChange={change}
            root={root}
            selected={state.selected}
          />
        ) : null}
      </Flex>
    </Flex>
  );
};
