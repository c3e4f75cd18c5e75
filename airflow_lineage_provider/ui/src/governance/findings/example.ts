import type { Finding } from "./grouping";

/** A finding as the server answers it, for tests. */
export const aFinding = (changed: Partial<Finding> = {}): Finding => {
  return {
    id: 1,
    key: "k1",
    state: "open",
    rule: "owner-missing",
    level: "block",
    result: "fail",
    standing: "block",
    namespace: "postgres://db:5432",
    name: "shop.orders",
    dag_id: null,
    subject: null,
    message: "Nobody owns it.",
    fix: "Register an owner.",
    owner: null,
    channel: null,
    contract_id: null,
    contract_version: null,
    opened_at: "2026-06-01T08:00:00Z",
    last_seen_at: "2026-06-02T08:00:00Z",
    resolved_at: null,
    reopened: 0,
    waiver_id: null,
    is_baselined: false,
    ...changed,
  };
};
