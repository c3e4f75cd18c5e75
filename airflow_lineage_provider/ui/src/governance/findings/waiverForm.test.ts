import { expect, test } from "vitest";

import { daysUntil, inDays, literal, problemsOf, requestOf, waiveCommand } from "./waiverForm";

const NOW = new Date(2026, 9, 20, 23, 30);
const FORM = { reason: " moves until June ", ticket: "", expires: "2026-11-03", onlyDag: "" };
const ABOUT = { rule: "owner-missing", namespace: "postgres://db:5432", name: "shop.orders" };

test("days are days of the calendar, also over a change of the clock", () => {
  expect(daysUntil("2026-11-03", NOW)).toBe(14);
  expect(inDays(14, NOW)).toBe("2026-11-03");
  expect(daysUntil("2026-10-20", NOW)).toBe(0);
});

test.each(["", "soon", "2026-02-30", "2026-13-01"])("%j is no day", (text) => {
  expect(daysUntil(text, NOW)).toBeNull();
  expect(problemsOf({ ...FORM, expires: text }, null, NOW)).toEqual(["expires"]);
});

test("a form wants a reason, and an end that is neither past nor too far", () => {
  expect(problemsOf({ ...FORM, reason: "  " }, 90, NOW)).toEqual(["reason"]);
  expect(problemsOf({ ...FORM, expires: "2026-10-20" }, 90, NOW)).toEqual(["past"]);
  expect(problemsOf({ ...FORM, expires: "2027-10-20" }, 90, NOW)).toEqual(["long"]);
  expect(problemsOf(FORM, 90, NOW)).toEqual([]);
});

test("the request is about exactly what the finding is about", () => {
  expect(requestOf({ ...ABOUT, subject: "amount" }, FORM, NOW)).toEqual({
    rule: "owner-missing",
    namespace: "postgres://db:5432",
    name: "shop.orders",
    subject: "amount",
    reason: "moves until June",
    days: 14,
  });
  expect(requestOf(ABOUT, { ...FORM, onlyDag: "report", ticket: "T-1" }, NOW)).toMatchObject({
    dag_id: "report",
    ticket: "T-1",
  });
});

test("a wildcard in a name stands for itself", () => {
  expect(literal("lake/[raw]/*.csv")).toBe("lake/[[]raw]/[*].csv");
  expect(requestOf({ ...ABOUT, name: "a*" }, FORM, NOW).name).toBe("a[*]");
});

test("the command is safe to paste", () => {
  expect(waiveCommand({ ...ABOUT, name: "it's; rm" })).toBe(
    "airflow lineage waivers create --rule owner-missing --namespace postgres://db:5432 " +
      "--name 'it'\"'\"'s; rm' --days 14 --reason '...'",
  );
});
