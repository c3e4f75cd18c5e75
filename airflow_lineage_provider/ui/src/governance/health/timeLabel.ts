import { language } from "../../i18n/t";

const DAY = 86_400;

/** A moment on an axis: the day where buckets are long, else day and hour. */
export const timeLabel = (moment: string, bucketSeconds: number): string =>
  new Intl.DateTimeFormat(language(), {
    month: "short",
    day: "numeric",
    ...(bucketSeconds < DAY ? { hour: "2-digit", minute: "2-digit" } : {}),
  }).format(new Date(moment));
