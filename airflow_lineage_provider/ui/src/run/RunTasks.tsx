import { Button, Text } from "@chakra-ui/react";
import { useMemo } from "react";

import { client, unwrap } from "../api/client";
import { ask, type DagRunDetail } from "../api/ask";
import { t } from "../i18n/t";
import { EmptyState } from "../ui/EmptyState";
import { LoadingState } from "../ui/LoadingState";
import { Section } from "../ui/Section";
import { SimpleTable } from "../ui/SimpleTable";
import { Untold } from "../ui/Untold";
import { usePaged } from "../ui/usePaged";
import { byTask } from "./byTask";
import { taskColumns } from "./taskColumns";

type Props = { readonly dagId: string; readonly runId: string };

/** What a DAG run read and wrote, task by task. */
export const RunTasks = ({ dagId, runId }: Props) => {
  const { query, rows } = usePaged(
    ["dag-run", dagId, runId],
    (cursor) => readPage(dagId, runId, cursor),
    (page) => page.runs,
  );
  const tasks = useMemo(() => byTask(rows), [rows]);
  return (
    <Section title={t("run.tasks")}>
      {query.isSuccess && tasks.length === 0 && !query.hasNextPage ? (
        <EmptyState hint={t("run.nothingHint")} title={t("run.nothing")} />
      ) : query.error ? (
        <Untold error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <LoadingState />
      ) : (
        <SimpleTable columns={taskColumns(dagId, runId)} label={t("run.tasks")} rowKey={({ task }) => task} rows={tasks} />
      )}
      {query.hasNextPage ? (
        <Button loading={query.isFetchingNextPage} mt={2} onClick={() => void query.fetchNextPage()} size="sm" variant="outline">
          {t("app.more")}
        </Button>
      ) : null}
      {tasks.some(({ isMasked }) => isMasked) ? <Text color="fg.muted">{t("run.masked")}</Text> : null}
    </Section>
  );
};

type Page = Pick<DagRunDetail, "runs" | "next_cursor">;

/** A page of attempts; an empty one before anything is recorded, which asked for at once would be an error. */
const readPage = async (dagId: string, runId: string, cursor: string | undefined): Promise<Page> => {
  const asked = { dag_id: dagId, run_id: runId };
  const { runs } = await unwrap(client.GET("/api/v2/runs", { params: { query: { ...asked, limit: 1 } } }));
  return runs.length === 0 ? { runs: [], next_cursor: null } : ask<DagRunDetail>("/dag-runs/detail", { ...asked, cursor });
};
