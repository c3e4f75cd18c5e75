import { Box, chakra, Text } from "@chakra-ui/react";
import { Fragment } from "react";

import type { Schema } from "../api/types";
import { t } from "../i18n/t";
import { LineageLink } from "../ui/LineageLink";
import { layersOf, nameOf } from "./layers";

type Props = { readonly graph: Schema<"GraphAnswer"> };
type Node = Schema<"GraphNode">;

const MOST = 8;
/** As high as three lines of a name. */
const [HEIGHT, GAP_Y] = [54, 10];
/** Of a column, how much is the box; what is left is for the lines. */
const FILL = 0.8;
/** Pixels that a column has at least and at most. */
const [NARROW, WIDE] = [150, 280];

/** A graph of a few steps, in columns by distance. Names lead on; the whole graph is a view of its own. */
export const SmallGraph = ({ graph }: Props) => {
  const layers = layersOf(graph, MOST);
  const rows = Math.max(...layers.map(({ nodes, hidden }) => nodes.length + (hidden > 0 ? 1 : 0)), 1);
  const height = rows * (HEIGHT + GAP_Y) - GAP_Y;
  const places = new Map<string, readonly [x: number, y: number]>();
  layers.forEach(({ nodes, hidden }, column) => {
    const used = (nodes.length + (hidden > 0 ? 1 : 0)) * (HEIGHT + GAP_Y) - GAP_Y;
    nodes.forEach(({ id }, row) =>
      places.set(id, [column, (height - used) / 2 + row * (HEIGHT + GAP_Y)]),
    );
  });
  return (
    <Box aria-label={t("dag.graph")} borderRadius="md" borderWidth="1px" overflow="auto" p={4} role="region" tabIndex={0}>
      <Box
        height={`${height}px`}
        maxWidth={`${layers.length * WIDE}px`}
        minWidth={`${layers.length * NARROW}px`}
        mx="auto"
        position="relative"
      >
        <chakra.svg
          aria-hidden
          color="border.emphasized"
          height="100%"
          inset={0}
          position="absolute"
          preserveAspectRatio="none"
          viewBox={`0 0 ${layers.length} ${height}`}
          width="100%"
        >
          {graph.edges.map(({ source, target }) => {
            const [from, to] = [places.get(source), places.get(target)];
            return from && to ? <path d={curve(from, to)} fill="none" key={`${source} ${target}`} stroke="currentColor" strokeWidth={1.5} vectorEffect="non-scaling-stroke" /> : null;
          })}
        </chakra.svg>
        {layers.map(({ nodes, hidden, step }, column) => (
          <Box as="ul" key={step} listStyleType="none">
            {nodes.map((node) => (
              <Place
                at={places.get(node.id) ?? [0, 0]}
                columns={layers.length}
                isRoot={node.id === graph.root}
                key={node.id}
                node={node}
              />
            ))}
            {hidden > 0 ? (
              <Text as="li" color="fg.muted" fontSize="xs" left={left(column, layers.length)} position="absolute" bottom={0}>
                {t("dag.hidden", { count: hidden })}
              </Text>
            ) : null}
          </Box>
        ))}
      </Box>
    </Box>
  );
};

type PlaceProps = {
  readonly node: Node;
  readonly at: readonly [column: number, y: number];
  readonly columns: number;
  readonly isRoot: boolean;
};

const Place = ({ node, at: [column, y], columns, isRoot }: PlaceProps) => (
  <Box
    alignItems="center"
    as="li"
    bg={isRoot ? "brand.muted" : "bg.panel"}
    borderColor={isRoot ? "brand.solid" : "border.emphasized"}
    borderRadius={node.type === "dataset" ? "2xl" : "md"}
    borderStyle={node.masked ? "dashed" : "solid"}
    borderWidth="1px"
    display="flex"
    height={`${HEIGHT}px`}
    left={left(column, columns)}
    position="absolute"
    px={2.5}
    top={`${y}px`}
    width={`${(FILL * 100) / columns}%`}
  >
    {node.masked ? (
      <Text color="fg.muted" fontStyle="italic">
        {t("app.restricted")}
      </Text>
    ) : (
      <LineageLink
        color="fg"
        fontSize="xs"
        fontWeight={isRoot ? "semibold" : undefined}
        lineClamp={3}
        lineHeight="1.3"
        overflowWrap="anywhere"
        params={{ node: node.id }}
        title={[nameOf(node), node.namespace].filter(Boolean).join("\n")}
        view="graph"
      >
        {nameOf(node)
          .split(/(?<=[_./-])/)
          .map((part, at) => (
            <Fragment key={at}>
              {at > 0 ? <wbr /> : null}
              {part}
            </Fragment>
          ))}
      </LineageLink>
    )}
  </Box>
);

/** Boxes stand in the middle of their column. */
const left = (column: number, columns: number): string => `${((column + (1 - FILL) / 2) * 100) / columns}%`;

/** From the right edge of one box to the left edge of another; a column is 1 wide. */
const curve = ([from, fromY]: readonly [number, number], [to, toY]: readonly [number, number]): string => {
  const [x1, y1, x2, y2] = [from + (1 + FILL) / 2, fromY + HEIGHT / 2, to + (1 - FILL) / 2, toY + HEIGHT / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1},${y1}C${middle},${y1} ${middle},${y2} ${x2},${y2}`;
};
