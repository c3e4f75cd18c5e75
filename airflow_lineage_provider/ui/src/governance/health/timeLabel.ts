import { language } from "../../i18n/t";
import { zone } from "../../i18n/zone";

const DAY = 86_400;

/** A moment on an axis: the day where buckets are long, else day and hour. */
export const timeLabel = (moment: string, bucketSeconds: number): string =>
  new Intl.DateTimeFormat(language(), {
    month: "short",
    day: "numeric",
    timeZone: zone(),
    ...(bucketSeconds < DAY ? { hour: "2-digit", minute: "2-digit" } : {}),
  }).format(new Date(moment));
