import { SimpleGrid } from "@chakra-ui/react";

import type { Schema } from "../../api/types";
import { formatDuration, formatNumber, formatShare } from "../../i18n/format";
import { t } from "../../i18n/t";
import { Answered } from "../../ui/Answered";
import { LineChart } from "./LineChart";
import { countTop } from "./scale";
import { useHealthHistory } from "./useHealth";

/** Coverage, latency, attempts and errors over time. */
export const HealthCharts = ({ hours }: { readonly hours: number }) => (
  <Answered query={useHealthHistory(hours)} rows={6}>
    {(history) => <Charts history={history} />}
  </Answered>
);

const Charts = ({ history: data }: { readonly history: Schema<"HealthHistory"> }) => {
  const times = data.buckets.map(({ at }) => at);
  const of = (key: "coverage" | "drain_p95_seconds" | "recorded" | "missing" | "errors") =>
    data.buckets.map((bucket) => bucket[key]);
  return (
    <SimpleGrid columns={{ base: 1, lg: 2 }} gap={4}>
      <LineChart
        format={formatShare}
        lines={[{ name: t("governance.health.coverage"), values: of("coverage"), color: "green.solid" }]}
        seconds={data.bucket_seconds}
        times={times}
        title={t("governance.health.coverage")}
        top={1}
      />
      <LineChart
        format={formatDuration}
        lines={[{ name: t("governance.health.drain"), values: of("drain_p95_seconds"), color: "blue.solid" }]}
        seconds={data.bucket_seconds}
        times={times}
        title={t("governance.health.drain")}
      />
      <LineChart
        format={formatNumber}
        lines={[
          { name: t("governance.health.recorded"), values: of("recorded"), color: "green.solid" },
          { name: t("governance.health.missing"), values: of("missing"), color: "red.solid", isDashed: true },
        ]}
        seconds={data.bucket_seconds}
        times={times}
        title={t("governance.health.attempts")}
        top={countTop(Math.max(0, ...of("recorded").map(Number), ...of("missing").map(Number)))}
      />
      <LineChart
        format={formatNumber}
        lines={[{ name: t("governance.health.errors"), values: of("errors"), color: "orange.solid" }]}
        seconds={data.bucket_seconds}
        times={times}
        title={t("governance.health.errors")}
        top={countTop(Math.max(0, ...of("errors").map(Number)))}
      />
    </SimpleGrid>
  );
};
