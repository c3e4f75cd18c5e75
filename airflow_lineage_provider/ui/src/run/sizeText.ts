import { formatNumber } from "../i18n/format";
import { t } from "../i18n/t";

type Sized = {
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly partitions?: readonly string[];
  readonly partition_count?: number | null;
};

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** `12 MB`: the largest unit of which there is one at least. */
export const bytesText = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  return formatNumber(bytes / 1_000 ** power, {
    style: "unit",
    unit: UNITS[power],
    unitDisplay: "short",
    maximumFractionDigits: 1,
  });
};

/** Rows, bytes and partitions, as far as they are known. */
export const sizeText = ({ rows, bytes, partition_count }: Sized): string =>
  [
    rows === null ? null : t("run.rows", { count: rows }),
    bytes === null ? null : bytesText(bytes),
    partition_count ? t("run.partitions", { count: partition_count }) : null,
  ]
    .filter((part) => part !== null)
    .join(" · ");
