import type { Schema } from "../api/types";

type ImpactItem = Schema<"ImpactItem">;

export type Degree = {
  degree: string;
  items: ImpactItem[];
  datasets: number;
  jobs: number;
  owners: string[];
};

const ORDER = ["1", "2", "3+"];

/** Items by degree, nearest first; owners of each once, in alphabetical order. */
export const byDegree = (items: readonly ImpactItem[]): Degree[] => {
  const groups = new Map<string, ImpactItem[]>();
  for (const item of items) groups.set(item.degree, [...(groups.get(item.degree) ?? []), item]);
  return [...groups.entries()]
    .sort(([a], [b]) => place(a) - place(b))
    .map(([degree, members]) => ({
      degree,
      items: members,
      datasets: members.filter((item) => item.type === "dataset" || item.type === "column").length,
      jobs: members.filter((item) => item.type === "job" || item.type === "dag").length,
      owners: ownersOf(members),
    }));
};

/** Whom to tell: every owner once. */
export const ownersOf = (items: readonly ImpactItem[]): string[] => {
  return [...new Set(items.flatMap((item) => item.owners))].sort((a, b) => a.localeCompare(b));
};

/** DAGs that run on what is in the list, each once. */
export const dagsOf = (items: readonly ImpactItem[]): string[] => {
  return [...new Set(items.flatMap((item) => item.dag_ids))].sort((a, b) => a.localeCompare(b));
};

const place = (degree: string): number => {
  const at = ORDER.indexOf(degree);
  return at < 0 ? ORDER.length : at;
};
