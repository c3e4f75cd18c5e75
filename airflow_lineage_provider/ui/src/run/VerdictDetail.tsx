import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";
import { t } from "../i18n/t";
import { CodeBlock } from "../ui/CodeBlock";
import { LoadingState } from "../ui/LoadingState";
import { Refusal } from "../ui/Refusal";
import { VerdictFindings } from "./VerdictFindings";
import { findingsIn } from "./wireFinding";

type Props = { readonly id: number; readonly dagId: string };

/** The findings of a verdict, or what it says where it has none. */
export const VerdictDetail = ({ id, dagId }: Props) => {
  const { data, error } = useQuery({
    queryKey: ["verdict", id],
    queryFn: () => unwrap(client.GET("/api/v2/verdicts/{verdict_id}", { params: { path: { verdict_id: id } } })),
    // A verdict never changes.
    staleTime: Infinity,
  });
  if (error) return <Refusal error={error} />;
  if (data === undefined) return <LoadingState rows={2} />;
  const findings = findingsIn(data.answer?.findings);
  if (findings.length > 0) return <VerdictFindings dagId={dagId} findings={findings} />;
  return data.message ? (
    <CodeBlock label={t("run.message")} mt={2}>
      {data.message}
    </CodeBlock>
  ) : null;
};
