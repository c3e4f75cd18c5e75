import { Text } from "@chakra-ui/react";
import { useMemo } from "react";

import { client, unwrap } from "../api/client";
import { orNull } from "../api/orNull";
import type { Schema } from "../api/types";
import { t } from "../i18n/t";
import { Answered } from "../ui/Answered";
import { EmptyState } from "../ui/EmptyState";
import { MoreButton } from "../ui/MoreButton";
import { Section } from "../ui/Section";
import { SimpleTable } from "../ui/SimpleTable";
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
      <Answered query={query}>
        {() =>
          tasks.length === 0 && !query.hasNextPage ? (
            <EmptyState hint={t("run.nothingHint")} title={t("run.nothing")} />
          ) : (
            <SimpleTable columns={taskColumns(dagId, runId)} label={t("run.tasks")} rowKey={({ task }) => task} rows={tasks} />
          )
        }
      </Answered>
      <MoreButton query={query} />
      {tasks.some(({ isMasked }) => isMasked) ? <Text color="fg.muted">{t("run.masked")}</Text> : null}
    </Section>
  );
};

type Page = Pick<Schema<"DagRunDetail">, "runs" | "next_cursor">;

/** A page of attempts; an empty one before anything is recorded. */
const readPage = async (dagId: string, runId: string, cursor: string | undefined): Promise<Page> =>
  (await orNull(
    unwrap(client.GET("/api/v2/dag-runs/detail", { params: { query: { dag_id: dagId, run_id: runId, cursor } } })),
  )) ?? { runs: [], next_cursor: null };
