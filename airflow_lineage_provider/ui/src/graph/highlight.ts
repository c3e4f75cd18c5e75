import { createContext, useContext, useSyncExternalStore } from "react";

/**
 * Which nodes and columns stand out; null when none does. A store of its own: a pointer that moves over the graph
 * must draw what changes and not hundreds of nodes.
 */
export class Highlight {
  private hovered: ReadonlySet<string> | null = null;
  private fixed: ReadonlySet<string> | null = null;
  private readonly listeners = new Set<() => void>();

  hover(ids: ReadonlySet<string> | null): void {
    this.hovered = ids;
    this.tell();
  }

  /** What stands out as long as nothing is pointed at: a way, or the lineage of a column. */
  fix(ids: ReadonlySet<string> | null): void {
    this.fixed = ids;
    this.tell();
  }

  /** `on` and `dim`, or nothing while nothing stands out. */
  stateOf(...ids: readonly string[]): "on" | "dim" | null {
    const current = this.hovered ?? this.fixed;
    if (current === null) return null;
    return ids.every((id) => current.has(id)) ? "on" : "dim";
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

export const HighlightContext = createContext(new Highlight());

/** Of a node, or of an edge by both of its ends. */
export const useHighlight = (...ids: readonly string[]): "on" | "dim" | null => {
  const highlight = useContext(HighlightContext);
  return useSyncExternalStore(highlight.subscribe, () => highlight.stateOf(...ids));
};
