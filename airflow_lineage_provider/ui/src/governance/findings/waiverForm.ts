import type { Schema } from "../../api/types";

export type WaiverRequest = Schema<"WaiverRequest">;

/** What a waiver is asked for; of a finding of the list as well as of one in a verdict. */
export type Waivable = {
  rule: string;
  namespace?: string | null;
  name?: string | null;
  dag_id?: string | null;
  subject?: string | null;
};

export type WaiverForm = {
  reason: string;
  ticket: string;
  /** Last day, `YYYY-MM-DD` in the reader's zone. */
  expires: string;
  /** For this DAG alone, where the finding is about a dataset. */
  onlyDag: string;
};

export type FormProblem = "reason" | "expires" | "past" | "long";

const DAY = 86_400_000;

export const dayOf = (moment: Date): string => {
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
};

export const inDays = (days: number, now: Date): string => {
  return dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days));
};

/** Whole days from today to the last day; `null` for what is no day. */
export const daysUntil = (expires: string, now: Date): number | null => {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(expires);
  if (!parts) return null;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  // Counted in UTC, so that a change of the clock on the way is no part of a day.
  const end = Date.UTC(year, month - 1, day);
  if (new Date(end).toISOString().slice(0, 10) !== expires) return null;
  return Math.round((end - Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())) / DAY);
};

/** What is wrong with the form; empty where it may be sent. */
export const problemsOf = (form: WaiverForm, longest: number | null, now: Date): FormProblem[] => {
  const problems: FormProblem[] = [];
  if (form.reason.trim() === "") problems.push("reason");
  const days = daysUntil(form.expires, now);
  if (days === null) problems.push("expires");
  else if (days < 1) problems.push("past");
  else if (longest !== null && days > longest) problems.push("long");
  return problems;
};

/** Body of the request. The form must have no problems. */
export const requestOf = (about: Waivable, form: WaiverForm, now: Date): WaiverRequest => {
  const dagId = about.dag_id ?? (form.onlyDag.trim() || null);
  return {
    rule: about.rule,
    ...(about.namespace ? { namespace: literal(about.namespace) } : {}),
    ...(about.name ? { name: literal(about.name) } : {}),
    ...(dagId ? { dag_id: dagId } : {}),
    ...(about.subject ? { subject: about.subject } : {}),
    reason: form.reason.trim(),
    ...(form.ticket.trim() ? { ticket: form.ticket.trim() } : {}),
    days: daysUntil(form.expires, now) ?? 1,
  };
};

/** A name is a glob to the server: what would be a wildcard in it stands for itself. */
export const literal = (name: string): string => {
  return name.replace(/[[*?]/g, (sign) => `[${sign}]`);
};

/** The command that asks for the same waiver. */
export const waiveCommand = (about: Waivable): string => {
  const parts = [`airflow lineage waivers create --rule ${about.rule}`];
  if (about.namespace && about.name)
    parts.push(`--namespace ${quoted(about.namespace)} --name ${quoted(about.name)}`);
  if (about.dag_id) parts.push(`--dag-id ${quoted(about.dag_id)}`);
  if (about.subject) parts.push(`--subject ${quoted(about.subject)}`);
  return `${parts.join(" ")} --days 14 --reason '...'`;
};

const quoted = (text: string): string => {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'"'"'`)}'`;
};
