import type { GraphNode } from "../model/types";

const PATHS: Record<GraphNode["type"], string> = {
  dataset: "M4 6c0-4 16-4 16 0s-16 4-16 0v12c0 4 16 4 16 0V6M4 12c0 4 16 4 16 0",
  job: "M4 4h16v16H4zM10 9l5 3-5 3z",
  dag: "M3 4h6v6H3zM15 14h6v6h-6zM6 10v4a3 3 0 0 0 3 3h6",
  run: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M10 8l6 4-6 4z",
  column: "M4 4h16v16H4zM12 4v16",
};

export const NodeIcon = ({ type }: { readonly type: GraphNode["type"] }) => (
  <svg aria-hidden fill="none" height="16" stroke="currentColor" strokeWidth="2" viewBox="0 0 24 24" width="16">
    <path d={PATHS[type]} strokeLinejoin="round" />
  </svg>
);
