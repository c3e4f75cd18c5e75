import { Box, Button, CloseButton, Flex, Heading, HStack, Text } from "@chakra-ui/react";
import { useEffect, useRef } from "react";

import { t } from "../../i18n/t";
import { AirflowLink, dagPath } from "../../ui/AirflowLink";
import { LineageLink } from "../../ui/LineageLink";
import { subtitleOf } from "../model/labels";
import type { GraphNode } from "../model/types";
import { focusOn } from "../model/urlState";
import { NodeIcon } from "../nodes/NodeIcon";
import type { ChangeState } from "../useGraphState";
import { DatasetDetails } from "./DatasetDetails";
import { JobDetails } from "./JobDetails";
import { RunsOfDag } from "./RunsOfDag";

type Props = {
  readonly node: GraphNode | null;
  readonly selected: string;
  readonly root: string;
  readonly onChange: ChangeState;
};

/** Links among the buttons look like them. */
const LIKE_BUTTON = { alignItems: "center", borderRadius: "sm", borderWidth: "1px", color: "fg", display: "inline-flex", fontSize: "xs", fontWeight: "medium", height: 8, px: 2.5, textDecoration: "none", _hover: { bg: "bg.subtle" } } as const;

/** The details of a node beside the graph, which stays in use. */
export const NodeDrawer = ({ node, selected, root, onChange }: Props) => {
  const name = node?.name ?? node?.dag_id ?? selected;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  const close = (): void => {
    onChange({ selected: null, to: null, column: null }, { replace: true });
    document.querySelector<HTMLElement>(`[data-lineage-id="${CSS.escape(selected)}"]`)?.focus();
  };
  return (
    <Box
      aria-label={t("graph.drawer.label", { name })}
      as="aside"
      bg="bg"
      borderStartWidth="1px"
      data-testid="node-drawer"
      flexShrink={0}
      maxWidth="90%"
      onKeyDown={({ key }) => key === "Escape" && close()}
      overflowY="auto"
      p={4}
      width="26rem"
    >
      <Flex align="flex-start" gap={2} mb={3}>
        <Box color="fg.muted" pt={1}>
          <NodeIcon type={node?.type ?? "dataset"} />
        </Box>
        <Box flex={1} minWidth={0}>
          <Heading ref={heading} as="h2" outline="none" overflowWrap="anywhere" size="sm" tabIndex={-1}>
            {name}
          </Heading>
          <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
            {node ? subtitleOf(node) : ""}
          </Text>
        </Box>
        <CloseButton aria-label={t("app.close")} onClick={close} size="xs" />
      </Flex>
      <HStack flexWrap="wrap" gap={2} mb={4}>
        {selected !== root ? (
          <>
            <Button onClick={() => onChange(focusOn(selected))} size="xs" variant="outline">
              {t("graph.drawer.focus")}
            </Button>
            <Button onClick={() => onChange({ to: root }, { replace: true })} size="xs" variant="outline">
              {t("graph.drawer.way")}
            </Button>
          </>
        ) : null}
        {node?.type === "dataset" || node?.type === "job" ? (
          <LineageLink {...LIKE_BUTTON} params={{ node: selected }} view="impact">
            {t("graph.drawer.impact")}
          </LineageLink>
        ) : null}
        {node?.type === "dataset" ? (
          <Button onClick={() => onChange({ ...focusOn(selected), level: "column", selected })} size="xs" variant="outline">
            {t("graph.drawer.columns")}
          </Button>
        ) : null}
        {node?.dag_id ? (
          <AirflowLink {...LIKE_BUTTON} to={dagPath(node.dag_id)}>
            {t("graph.drawer.dag")}
          </AirflowLink>
        ) : null}
      </HStack>
      {detailsOf(node, selected)}
    </Box>
  );
};

const detailsOf = (node: GraphNode | null, selected: string) => {
  if (selected.startsWith("dataset:")) return <DatasetDetails nodeId={node?.dataset ?? selected} />;
  if (selected.startsWith("job:")) return <JobDetails nodeId={selected} />;
  return node?.dag_id ? <RunsOfDag dagId={node.dag_id} /> : null;
};
