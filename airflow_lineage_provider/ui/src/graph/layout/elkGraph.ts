import { BOX_HEAD, ROOMY, type Placed, type Size } from "./size";

/** A graph as ELK reads it, and as it gives it back with places. */
export type ElkNode = {
  readonly id: string;
  readonly width?: number;
  readonly height?: number;
  readonly x?: number;
  readonly y?: number;
  readonly children?: readonly ElkNode[];
  readonly edges?: readonly ElkEdge[];
  readonly layoutOptions?: Readonly<Record<string, string>>;
};
type ElkEdge = {
  readonly id: string;
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly sections?: readonly { readonly bendPoints?: readonly Point[] }[];
};
export type Point = { readonly x: number; readonly y: number };

export type LayoutInput = {
  readonly sizes: ReadonlyMap<string, Size>;
  readonly edges: readonly { readonly source: string; readonly target: string }[];
  /** The box of a node, for those that stand in one. */
  readonly groups: ReadonlyMap<string, string>;
  readonly layerGap?: number;
};

export type Layout = {
  /** Places by node; those in a box count from its corner. Boxes are there too, as `group:NAME`. */
  readonly places: ReadonlyMap<string, Placed>;
  /** Where an edge goes between its ends, by `SOURCE\nTARGET`: it must not run through nodes of layers between. */
  readonly bends: ReadonlyMap<string, readonly Point[]>;
};

export const groupId = (name: string): string => `group:${name}`;

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.edgeRouting": "POLYLINE",
  "elk.json.edgeCoords": "ROOT",
  "elk.spacing.nodeNode": "20",
  "elk.spacing.componentComponent": "40",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
  "elk.layered.crossingMinimization.greedySwitch.type": "OFF",
};
const BOX_PADDING = `[top=${BOX_HEAD + 8},left=12,bottom=12,right=12]`;

export const toElk = ({ sizes, edges, groups, layerGap = ROOMY.layerGap }: LayoutInput): ElkNode => {
  const options = { ...OPTIONS, "elk.layered.spacing.nodeNodeBetweenLayers": String(layerGap) };
  const boxes = new Map<string, ElkNode[]>();
  const alone: ElkNode[] = [];
  for (const [id, size] of sizes) {
    const group = groups.get(id);
    if (group === undefined) alone.push({ id, ...size });
    else boxes.set(group, [...(boxes.get(group) ?? []), { id, ...size }]);
  }
  const children = [...boxes].map(([name, nodes]) => ({ id: groupId(name), children: nodes, layoutOptions: { ...options, "elk.padding": BOX_PADDING } }));
  return {
    id: "root",
    layoutOptions: boxes.size > 0 ? { ...options, "elk.hierarchyHandling": "INCLUDE_CHILDREN" } : options,
    children: [...children, ...alone],
    edges: edges
      .filter(({ source, target }) => source !== target && sizes.has(source) && sizes.has(target))
      .map(({ source, target }, index) => ({ id: `e${index}`, sources: [source], targets: [target] })),
  };
};

export const fromElk = (root: ElkNode): Layout => {
  const places = new Map<string, Placed>();
  const bends = new Map<string, readonly Point[]>();
  const walk = (nodes: readonly ElkNode[] = []): void => {
    for (const { id, x = 0, y = 0, width = 0, height = 0, children } of nodes) {
      places.set(id, { x, y, width, height });
      walk(children);
    }
  };
  walk(root.children);
  for (const { sources, targets, sections } of root.edges ?? []) {
    const points = sections?.flatMap(({ bendPoints }) => bendPoints ?? []) ?? [];
    if (points.length > 0) bends.set(`${sources[0]}\n${targets[0]}`, points);
  }
  return { places, bends };
};
