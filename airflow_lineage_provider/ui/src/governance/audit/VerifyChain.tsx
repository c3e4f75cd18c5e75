import { Alert, Button, Flex, Stack, Text } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { Refusal } from "../../ui/Refusal";

type Props = {
  /** Other buttons, beside ours. */
  readonly children?: ReactNode;
};

/** Ask the server whether the chain is as it was sealed. */
export const VerifyChain = ({ children }: Props) => {
  const verifying = useMutation({ mutationFn: () => unwrap(client.GET("/api/v2/audit/verify")) });
  return (
    <Stack gap={2}>
      <Flex align="flex-start" gap={3} wrap="wrap">
        <Button loading={verifying.isPending} onClick={() => verifying.mutate()} size="sm">
          {t("governance.audit.verify")}
        </Button>
        {children}
      </Flex>
      {verifying.data ? <Verified state={verifying.data} /> : null}
      <Refusal error={verifying.error} />
    </Stack>
  );
};

const MOST_FAULTS = 10;

/** What the server found, in words. */
export const Verified = ({ state }: { readonly state: Schema<"AuditState"> }) => {
  const status = !state.is_intact ? "error" : state.is_complete ? "success" : "warning";
  return (
    <Alert.Root maxWidth="48rem" role="status" size="sm" status={status}>
      <Alert.Indicator />
      <Alert.Content overflowWrap="anywhere">
        <Alert.Title>
          {t(state.is_intact ? "governance.audit.intact" : "governance.audit.broken", { count: state.entries })}
        </Alert.Title>
        {state.is_complete ? null : <Text>{t("governance.audit.incomplete")}</Text>}
        {state.faults.slice(0, MOST_FAULTS).map((fault) => (
          <Text key={`${fault.seq} ${fault.problem}`}>
            {t("governance.audit.fault", { seq: fault.seq ?? "?", problem: fault.problem, detail: fault.detail })}
          </Text>
        ))}
        {state.accepted_count > 0 ? <Text>{t("governance.audit.accepted", { count: state.accepted_count })}</Text> : null}
        <Text>
          {t("governance.audit.waiting", { count: state.unsealed })}
          {state.oldest_unsealed ? ` ${t("governance.audit.since", { at: formatTime(state.oldest_unsealed) })}` : ""}
        </Text>
        <Text>{state.note ?? t("governance.audit.checkpoints", { count: state.checkpoints })}</Text>
        {state.head ? (
          <Text fontFamily="mono" fontSize="xs">
            {state.head}
          </Text>
        ) : null}
      </Alert.Content>
    </Alert.Root>
  );
};
