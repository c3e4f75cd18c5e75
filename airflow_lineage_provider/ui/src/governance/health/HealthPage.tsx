import { Alert, SimpleGrid, Stack } from "@chakra-ui/react";

import { formatDuration, formatNumber, formatShare, formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { Answered } from "../../ui/Answered";
import { Choice } from "../../ui/Choice";
import { Section } from "../../ui/Section";
import { useParams } from "../../ui/useParams";
import { HealthCharts } from "./HealthCharts";
import { Indicator } from "./Indicator";
import { gradeOf } from "./grade";
import { type Health, useHealth, useSlis } from "./useHealth";

export const WINDOWS = [24, 168, 720] as const;

/** Indicators of the last day, week or month, and how they went. */
export const HealthPage = () => {
  const { get, set } = useParams();
  const hours = WINDOWS.find((each) => String(each) === get("hours")) ?? 168;
  const health = useHealth();
  return (
    <Section
      actions={
        <Choice
          label={t("governance.health.window")}
          onChange={(value) => set({ hours: value }, true)}
          options={WINDOWS.map((value) => ({ value: String(value), label: t(`governance.health.windows.h${value}`) }))}
          value={String(hours)}
        />
      }
      hint={t("governance.health.hint")}
      title={t("governance.pages.health")}
    >
      <Answered query={health}>
        {(data) => (
          <Stack gap={5}>
            <Troubles health={data} />
            <Indicators health={data} hours={hours} />
            <HealthCharts hours={hours} />
          </Stack>
        )}
      </Answered>
    </Section>
  );
};

const Troubles = ({ health: { drainer, state_store_backend: backend } }: { readonly health: Health }) => {
  const troubles = [
    drainer.alive ? null : t("governance.health.drainerDead"),
    drainer.last_error ? t("governance.health.drainerError", { error: drainer.last_error }) : null,
    backend ? t("governance.health.foreignBackend", { backend }) : null,
  ].filter((trouble) => trouble !== null);
  return troubles.map((trouble) => (
    <Alert.Root key={trouble} size="sm" status="error">
      <Alert.Indicator />
      <Alert.Content overflowWrap="anywhere">{trouble}</Alert.Content>
    </Alert.Root>
  ));
};

type Props = { readonly health: Health; readonly hours: number };

const Indicators = ({ health, hours }: Props) => {
  const slis = useSlis(hours).data;
  const coverage = slis ? slis.coverage : (health.coverage ?? null);
  const letters = slis?.dead_letters ?? health.dead_letters ?? null;
  const p95 = slis?.drain_p95_seconds ?? null;
  const median = slis?.drain_p50_seconds ?? null;
  return (
    <SimpleGrid columns={{ base: 1, sm: 2, lg: 3, xl: 6 }} gap={3}>
      <Indicator
        detail={slis ? t("governance.health.recordedOf", { recorded: slis.recorded, attempts: slis.attempts }) : undefined}
        grade={gradeOf("coverage", coverage)}
        label={t("governance.health.coverage")}
        value={coverage === null ? null : formatShare(coverage)}
      />
      <Indicator
        detail={median === null ? undefined : t("governance.health.median", { time: formatDuration(median) })}
        grade={gradeOf("drain", p95)}
        label={t("governance.health.drain")}
        value={p95 === null ? null : formatDuration(p95)}
      />
      <Indicator
        detail={queueText(slis?.queue ?? health.queue, slis?.queue_oldest_seconds ?? health.queue_oldest_seconds)}
        grade={gradeOf("letters", letters)}
        label={t("governance.health.letters")}
        section="letters"
        value={letters === null ? null : formatNumber(letters)}
      />
      <Indicator
        detail={t("governance.health.unresolvedHint")}
        grade={gradeOf("unresolved", slis?.unresolved_references ?? null)}
        label={t("governance.health.unresolved")}
        value={slis ? formatNumber(slis.unresolved_references) : null}
      />
      <Indicator
        detail={t("governance.health.staleHint")}
        grade={gradeOf("stale", slis?.stale_schemas ?? null)}
        label={t("governance.health.stale")}
        value={slis ? formatNumber(slis.stale_schemas) : null}
      />
      <Indicator
        detail={health.drainer.last_drained ? t("governance.health.drained", { at: formatTime(health.drainer.last_drained) }) : undefined}
        grade={health.drainer.alive ? "good" : "bad"}
        label={t("governance.health.drainer")}
        value={t(health.drainer.alive ? "governance.health.alive" : "governance.health.dead")}
      />
    </SimpleGrid>
  );
};

const queueText = (queue: number | undefined, oldest: number | null | undefined): string | undefined => {
  if (queue === undefined) return undefined;
  const waiting = t("governance.health.waiting", { count: queue });
  return oldest ? `${waiting}, ${t("governance.health.oldest", { time: formatDuration(oldest) })}` : waiting;
};
