import { Flex } from "@chakra-ui/react";

import { t } from "../i18n/t";
import type { ColumnLinks } from "./columns/useColumnLinks";
import { DepthControl } from "./DepthControl";
import { ExportMenu } from "./export/ExportMenu";
import type { Picture } from "./layout/useLayout";
import { InlineChoice } from "./InlineChoice";
import type { NodeState } from "./model/nodeState";
import type { Direction, GraphAnswer } from "./model/types";
import { focusOn, type GraphState, type Grouping, type Level } from "./model/urlState";
import { SearchBox } from "./search/SearchBox";
import { TimeControl } from "./time/TimeControl";
import type { ChangeState } from "./useGraphState";

type Props = {
  readonly state: GraphState;
  readonly onChange: ChangeState;
  readonly answer: GraphAnswer | null;
  readonly picture: Picture | null;
  readonly links: ColumnLinks["links"];
  readonly states: ReadonlyMap<string, NodeState>;
};

const DIRECTIONS: readonly Direction[] = ["both", "upstream", "downstream"];
const GROUPINGS: readonly Grouping[] = ["none", "dag", "namespace"];

/** What kind of graph there is around a node. */
const levelsOf = (node: string): readonly Level[] => {
  if (node.startsWith("dataset:")) return ["task", "dag", "table", "column"];
  if (node.startsWith("job:")) return ["task", "dag"];
  return [node.startsWith("run:") ? "run" : node.startsWith("column:") ? "column" : "dag"];
};

/** What is asked of the graph. */
export const Toolbar = ({ state, onChange, answer, picture, links, states }: Props) => {
  const root = answer?.root ?? state.node ?? "";
  const levels = levelsOf(root);
  // Other sides were opened in another graph: what is a neighbour there is none here.
  const anew = { open: [], shut: [], to: null, column: null };
  return (
    <Flex
      align="center"
      aria-label={t("graph.toolbar.label")}
      borderBottomWidth="1px"
      columnGap={3}
      flexShrink={0}
      px={3}
      py={2}
      role="toolbar"
      rowGap={2}
      wrap="wrap"
    >
      <SearchBox onPick={(node) => onChange({ ...focusOn(node) })} width="18rem" />
      {levels.length > 1 ? (
        <InlineChoice
          label={t("graph.toolbar.level")}
          onChange={(level) => onChange({ ...anew, level, selected: null })}
          options={levels.map((level) => ({ value: level, label: t(`graph.toolbar.levels.${level}`) }))}
          value={state.level}
        />
      ) : null}
      <InlineChoice
        label={t("graph.toolbar.direction")}
        onChange={(direction) => onChange({ direction, shut: [] })}
        options={DIRECTIONS.map((direction) => ({ value: direction, label: t(`graph.toolbar.directions.${direction}`) }))}
        value={state.direction}
      />
      <DepthControl depth={state.depth} onChange={(depth) => onChange({ depth })} />
      <InlineChoice
        label={t("graph.toolbar.group")}
        onChange={(group) => onChange({ group })}
        options={GROUPINGS.map((group) => ({ value: group, label: t(`graph.toolbar.groups.${group}`) }))}
        value={state.group}
      />
      <TimeControl answer={answer} onChange={onChange} state={state} />
      <ExportMenu links={links} picture={picture} root={root} state={state} states={states} />
    </Flex>
  );
};
