import { useSyncExternalStore } from "react";

/** Airflow keeps the time zone that the user picked under this key, as JSON, and tells of a change by these events. */
const KEY = "timezone";
const EVENTS = ["storage", "local-storage"] as const;

/** The time zone in which times are shown: the one picked in Airflow, else the browser's. */
export const zone = (): string => {
  try {
    const picked: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (typeof picked === "string") return new Intl.DateTimeFormat("en", { timeZone: picked }).resolvedOptions().timeZone;
  } catch {
    // No JSON, a zone that this browser does not know, or no storage.
  }
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
};

/** The same, told anew when the user picks another one. */
export const useZone = (): string => useSyncExternalStore(subscribe, zone);

const subscribe = (listener: () => void): (() => void) => {
  for (const event of EVENTS) window.addEventListener(event, listener);
  return () => {
    for (const event of EVENTS) window.removeEventListener(event, listener);
  };
};

/** A moment as clocks in the zone show it: `2026-06-01T08:00:00`, as inputs of dates have it. */
export const wallOf = (moment: string): string => {
  const { year = "", month, day, hour, minute, second } = Object.fromEntries(
    new Intl.DateTimeFormat("en-US", {
      timeZone: zone(),
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    })
      .formatToParts(new Date(moment))
      .map(({ type, value }) => [type, value]),
  );
  return `${year.padStart(4, "0")}-${month}-${day}T${hour}:${minute}:${second}`;
};

/** The moment at which clocks in the zone show that, as the API takes it; `null` for what is no time. */
export const momentOf = (wall: string): string | null => {
  const plain = Date.parse(`${wall}Z`);
  if (Number.isNaN(plain)) return null;
  // Where clocks are changed, the first guess may be on the other side of it.
  let moment = plain;
  for (let guess = 0; guess < 2; guess += 1) {
    moment = plain - (Date.parse(`${wallOf(new Date(moment).toISOString())}Z`) - Math.floor(moment / 1_000) * 1_000);
  }
  return new Date(moment).toISOString();
};

/** When a day begins in the zone; what is more than a day is taken as it is. */
export const startOf = (day: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(day) && momentOf(`${day}T00:00:00`)) || day;
