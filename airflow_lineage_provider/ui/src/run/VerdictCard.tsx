import { Alert, Button, Flex, Text } from "@chakra-ui/react";
import { useState } from "react";

import type { Schema } from "../api/types";
import { statusOf } from "../dag/verdictStatus";
import { formatTime } from "../i18n/format";
import { t } from "../i18n/t";
import { LevelBadge } from "../ui/LevelBadge";
import { VerdictDetail } from "./VerdictDetail";

type Props = { readonly verdict: Schema<"Verdict">; readonly isOpenAtFirst: boolean };

/** One verdict: its result, and when it is opened its findings with how to mend them. */
export const VerdictCard = ({ verdict, isOpenAtFirst }: Props) => {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <Alert.Root
      aria-label={t("run.verdictOf", { at: formatTime(verdict.judged_at) })}
      role="group"
      status={statusOf(verdict.result)}
      variant="outline"
    >
      <Alert.Indicator />
      <Alert.Content minWidth={0} overflowWrap="anywhere">
        <Flex align="center" gap={2} wrap="wrap">
          <LevelBadge variant="solid" word={verdict.result} />
          <Text color="fg">
            {t("run.by", { gate: verdict.gate })}
            {verdict.task_id ? ` · ${verdict.task_id}` : ""}
          </Text>
          <Text color="fg.muted">
            {[
              formatTime(verdict.judged_at),
              t("run.judged", { count: verdict.datasets }),
              t("governance.findings.count", { count: verdict.findings }),
            ].join(" · ")}
          </Text>
          {verdict.grant_id === null ? null : <Text fontWeight="semibold">{t("run.granted")}</Text>}
          <Button aria-expanded={isOpen} colorPalette="gray" onClick={() => setOpen(!isOpen)} size="xs" variant="outline">
            {t(isOpen ? "run.hide" : "run.show")}
          </Button>
        </Flex>
        {isOpen ? <VerdictDetail dagId={verdict.dag_id ?? ""} id={verdict.id} /> : null}
      </Alert.Content>
    </Alert.Root>
  );
};
