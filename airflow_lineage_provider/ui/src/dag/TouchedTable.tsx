import { Text } from "@chakra-ui/react";

import { formatNumber, formatTime } from "../i18n/format";
import { t } from "../i18n/t";
import { DatasetLink } from "../ui/DatasetLink";
import { Evidence } from "../ui/Evidence";
import { SimpleTable } from "../ui/SimpleTable";
import type { TouchedRow } from "./touchedBy";

type Props = { readonly label: string; readonly rows: readonly TouchedRow[] };

/** Datasets that a DAG or a task touches, with how that is known. */
export const TouchedTable = ({ label, rows }: Props) =>
  rows.length === 0 ? (
    <Text color="fg.muted">{t("dag.nothing")}</Text>
  ) : (
    <SimpleTable
      columns={[
        {
          key: "dataset",
          header: t("dag.dataset"),
          cell: ({ node }) => <DatasetLink name={node.name} namespace={node.namespace} />,
        },
        { key: "evidence", header: t("dag.evidence"), cell: ({ edge }) => <Evidence words={edge.evidence ?? []} /> },
        { key: "runs", header: t("dag.runs"), cell: ({ edge }) => formatNumber(edge.runs ?? 0) },
        { key: "first", header: t("dag.first"), cell: ({ edge }) => formatTime(edge.first_seen) },
        { key: "last", header: t("dag.last"), cell: ({ edge }) => formatTime(edge.last_seen) },
      ]}
      label={label}
      rowKey={({ node }) => node.id}
      rows={rows}
    />
  );
