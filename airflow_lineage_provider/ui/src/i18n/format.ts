import { language, t } from "./t";
import { zone } from "./zone";

/** A moment of the API for people, in the time zone they picked; nothing for nothing. */
export const formatTime = (moment: string | null | undefined): string =>
  moment
    ? unbroken(new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "medium", timeZone: zone() }).format(new Date(moment)))
    : "";

/** Where there is no room for all of it, the time of day goes into the next line, and nothing else does. */
const unbroken = (moment: string): string => moment.replace(/ (?!\d{1,2}:)/g, "\u00a0");

export const formatNumber = (value: number, options?: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(language(), options).format(value);

/** A share of 0 to 1 in percent. */
export const formatShare = (share: number): string =>
  formatNumber(share, { style: "percent", maximumFractionDigits: 1 });

/** Seconds as `1 h 5 min`, `3 min 20 s` or `1.2 s`. */
export const formatDuration = (seconds: number | null | undefined): string => {
  if (seconds === null || seconds === undefined) return "";
  // To what is shown first: 59.97 seconds are a minute.
  const tenths = Math.round(seconds * 10) / 10;
  if (tenths < 60) return t("app.duration.seconds", { seconds: formatNumber(tenths) });
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  return hours > 0 ? t("app.duration.hours", { hours, minutes }) : t("app.duration.minutes", { minutes, seconds: whole % 60 });
};
