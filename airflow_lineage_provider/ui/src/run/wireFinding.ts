/** A finding as a verdict's answer has it; keys are only ever added. */
export type WireFinding = {
  readonly key: string;
  readonly rule: string;
  readonly level: string;
  readonly result: string;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly dag_id: string | null;
  readonly subject: string | null;
  readonly message: string;
  readonly fix: string;
  readonly waive: string | null;
  readonly owner: string | null;
  readonly channel: string | null;
  readonly isWaived: boolean;
  readonly isBaselined: boolean;
};

/** Findings of an answer; what is none is left out. */
export const findingsIn = (found: unknown): WireFinding[] =>
  Array.isArray(found) ? found.flatMap((each: unknown, at) => (isObject(each) ? [read(each, at)] : [])) : [];

const read = (wire: Readonly<Record<string, unknown>>, at: number): WireFinding => {
  const dataset = isObject(wire.dataset) ? wire.dataset : wire;
  return {
    key: text(wire.key) ?? String(at),
    rule: text(wire.rule) ?? "?",
    level: text(wire.level) ?? "observe",
    result: text(wire.result) ?? "unknown",
    namespace: text(dataset.namespace),
    name: text(dataset.name),
    dag_id: text(wire.dag_id),
    subject: text(wire.subject),
    message: text(wire.message) ?? "",
    fix: text(wire.fix) ?? "",
    waive: text(wire.waive),
    owner: text(wire.owner),
    channel: text(wire.channel),
    isWaived: isObject(wire.waiver),
    isBaselined: wire.is_baselined === true,
  };
};

/** The word that says how a finding counts. */
export const standingOf = ({ isWaived, isBaselined, result, level }: WireFinding): string => {
  if (isWaived) return "waived";
  if (isBaselined) return "in the baseline";
  return result === "unknown" ? "unknown" : level;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
