import { Button, Text } from "@chakra-ui/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";
import { t } from "../i18n/t";
import { findingsIn } from "../run/wireFinding";
import { VerdictFindings } from "../run/VerdictFindings";
import { Answered } from "../ui/Answered";
import { Refusal } from "../ui/Refusal";
import { Section } from "../ui/Section";
import { useMe } from "../ui/useMe";
import { GateStateCard } from "./GateStateCard";
import { ResultAlert } from "./ResultAlert";
import { useGate } from "./useDag";

/** Whether the next run may start, as the gates know it and as the judge says now. */
export const GateCard = ({ dagId }: { readonly dagId: string }) => {
  const gate = useGate(dagId);
  const mayGovern = useMe()?.may_govern ?? false;
  const queries = useQueryClient();
  const judging = useMutation({
    mutationFn: () => unwrap(client.POST("/api/v2/judge", { body: { dag_id: dagId, depth: 1 } })),
  });
  const keeping = useMutation({
    mutationFn: () => unwrap(client.POST("/api/v2/gates/{dag_id}/judge", { params: { path: { dag_id: dagId } } })),
    onSuccess: (state) => queries.setQueryData(["gate", dagId], state),
  });
  return (
    <Section
      actions={
        <>
          <Button loading={judging.isPending} onClick={() => judging.mutate()} size="sm" variant="outline">
            {t("dag.gate.judge")}
          </Button>
          {mayGovern ? (
            <Button loading={keeping.isPending} onClick={() => keeping.mutate()} size="sm" title={t("dag.gate.keepHint")} variant="outline">
              {t("dag.gate.keep")}
            </Button>
          ) : null}
        </>
      }
      title={t("dag.gate.title")}
    >
      <Answered query={gate} rows={2}>
        {(state) =>
          state === null ? <Text color="fg.muted">{t("dag.gate.none")}</Text> : <GateStateCard gate={state} />
        }
      </Answered>
      {judging.data ? (
        <ResultAlert result={judging.data.result} text={t(judging.data.blocks ? "dag.gate.wouldBlock" : "dag.gate.wouldPass")}>
          <VerdictFindings dagId={dagId} findings={findingsIn(judging.data.findings)} />
        </ResultAlert>
      ) : null}
      <Refusal error={judging.error ?? keeping.error} />
    </Section>
  );
};
