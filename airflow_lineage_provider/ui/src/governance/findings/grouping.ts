import type { Schema } from "../../api/types";

export type Finding = Schema<"Finding">;
export type GroupBy = "none" | "owner" | "rule" | "dag_id" | "namespace" | "level";

export const GROUPS: readonly GroupBy[] = ["none", "owner", "rule", "level", "namespace", "dag_id"];

export type Group = {
  /** `null`: findings that have no owner, no DAG and so on. */
  value: string | null;
  findings: Finding[];
  blocking: number;
};

/** Findings by one of their fields: groups that block most first, what has no value last. */
export const grouped = (findings: readonly Finding[], by: GroupBy): Group[] => {
  const groups = new Map<string | null, Finding[]>();
  for (const finding of findings) {
    const value = by === "none" ? null : (finding[by] ?? null);
    groups.set(value, [...(groups.get(value) ?? []), finding]);
  }
  return [...groups.entries()]
    .map(([value, members]) => ({
      value,
      findings: members,
      blocking: members.filter((finding) => finding.standing === "block").length,
    }))
    .sort(
      (a, b) =>
        Number(a.value === null) - Number(b.value === null) ||
        b.blocking - a.blocking ||
        b.findings.length - a.findings.length ||
        (a.value ?? "").localeCompare(b.value ?? ""),
    );
};

/** Group in the address, or the one that is used without. */
export const groupOf = (text: string | null): GroupBy => {
  return GROUPS.find((group) => group === text) ?? "none";
};
