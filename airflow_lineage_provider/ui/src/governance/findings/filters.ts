import type { FindingFilter } from "./useFindings";

export const STATES = ["open", "resolved", "all"] as const;
export const LEVELS = ["block", "warn", "observe"] as const;

type Get = (name: string) => string;

/** The filter that an address asks for; what it cannot mean is left out. */
export const filterOf = (get: Get): FindingFilter => {
  const state = STATES.find((each) => each === get("state"));
  const level = LEVELS.find((each) => each === get("level"));
  const text = (name: string) => get(name).trim() || undefined;
  return {
    state: state ?? "open",
    ...(level ? { level } : {}),
    ...Object.fromEntries(
      (["rule", "owner", "dag_id", "namespace", "name"] as const)
        .map((name) => [name, text(name)] as const)
        .filter(([, value]) => value !== undefined),
    ),
  };
};

/** How many filters are set beside the state. */
export const countFilters = (filter: FindingFilter): number => Object.keys(filter).filter((name) => name !== "state").length;
