import { language } from "./t";

/** A moment of the API for people, in their own time zone; nothing for nothing. */
export const formatTime = (moment: string | null | undefined): string =>
  moment ? new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "medium" }).format(new Date(moment)) : "";

export const formatNumber = (value: number, options?: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(language(), options).format(value);

/** A share of 0 to 1 in percent. */
export const formatShare = (share: number): string =>
  formatNumber(share, { style: "percent", maximumFractionDigits: 1 });

/** Seconds as `1 h 5 min`, `3 min 20 s` or `1.2 s`. */
export const formatDuration = (seconds: number | null | undefined): string => {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 60) return `${formatNumber(seconds, { maximumFractionDigits: 1 })} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${formatNumber(Math.floor(minutes / 60))} h ${minutes % 60} min`;
};
