import { afterEach, expect, test, vi } from "vitest";

import { timeLabel } from "../governance/health/timeLabel";
import { formatTime } from "./format";
import { momentOf, startOf, wallOf, zone } from "./zone";

const pick = (name: string): void => localStorage.setItem("timezone", JSON.stringify(name));

afterEach(() => vi.restoreAllMocks());

test("times are shown in the zone that was picked in Airflow", () => {
  pick("Asia/Tokyo");
  expect(formatTime("2026-06-01T20:30:00Z")).toMatch(/Jun\s2,\s2026.*5:30:00/);
  expect(timeLabel("2026-06-01T20:30:00Z", 3_600)).toMatch(/Jun 2.*05:30/);
});

test.each(["not JSON", '"Mars/Olympus"', "7"])("%s is no zone: the browser's is taken", (text) => {
  localStorage.setItem("timezone", text);
  expect(zone()).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test("a day begins when it begins there", () => {
  pick("America/New_York");
  expect(startOf("2026-06-01")).toBe("2026-06-01T04:00:00.000Z");
  expect(startOf("2026-12-01")).toBe("2026-12-01T05:00:00.000Z");
  expect(startOf("2026-06-01T00:00:00Z")).toBe("2026-06-01T00:00:00Z");
});

test.each(["UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Europe/Berlin"])(
  "a moment is the same after it was shown on clocks of %s",
  (name) => {
    pick(name);
    // Not within the hour that clocks show twice.
    for (let at = Date.UTC(2026, 0, 1, 12); at < Date.UTC(2027, 0, 1); at += 17 * 3_600_000) {
      const moment = new Date(at).toISOString();
      expect(momentOf(wallOf(moment))).toBe(moment);
    }
  },
);

test("an hour that clocks leave out is one beside it, and half a date is none", () => {
  pick("Europe/Berlin");
  expect(["2026-03-29T00:30:00.000Z", "2026-03-29T01:30:00.000Z"]).toContain(momentOf("2026-03-29T02:30:00"));
  expect(momentOf("2026-13")).toBeNull();
});
