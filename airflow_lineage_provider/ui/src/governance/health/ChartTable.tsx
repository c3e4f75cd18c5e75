import { Box } from "@chakra-ui/react";

import { t } from "../../i18n/t";
import { SimpleTable } from "../../ui/SimpleTable";
import type { Line } from "./LineChart";
import { timeLabel } from "./timeLabel";

type Props = {
  readonly title: string;
  readonly times: readonly string[];
  readonly seconds: number;
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
};

/** The numbers of a chart. */
export const ChartTable = ({ title, times, seconds, lines, format }: Props) => (
  <Box as="details" fontSize="xs">
    <Box as="summary" color="fg.muted" cursor="pointer">
      {t("governance.health.numbers")}
    </Box>
    <Box maxHeight="12rem" overflow="auto" role="region" aria-label={title} tabIndex={0}>
      <SimpleTable
        columns={[
          { key: "at", header: t("governance.health.at"), cell: (at: number) => timeLabel(times[at] ?? "", seconds) },
          ...lines.map(({ name, values }) => ({
            key: name,
            header: name,
            cell: (at: number) => {
              const value = values[at] ?? null;
              return value === null ? "–" : format(value);
            },
          })),
        ]}
        label={title}
        rowKey={(at) => at}
        rows={times.map((_, at) => at)}
      />
    </Box>
  </Box>
);
