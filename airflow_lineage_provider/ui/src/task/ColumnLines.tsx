import { Text } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { t } from "../i18n/t";
import { SimpleTable } from "../ui/SimpleTable";
import { byOutput, transformationText } from "./columnGroups";

type End = Schema<"airflow_lineage_provider__api__schemas__run__ColumnEnd">;

/** Columns of the outputs and where each comes from. */
export const ColumnLines = ({ lines }: { readonly lines: readonly Schema<"ColumnLine">[] }) =>
  lines.length === 0 ? (
    <Text color="fg.muted">{t("task.noColumns")}</Text>
  ) : (
    <SimpleTable
      columns={[
        { key: "output", header: t("task.column"), cell: ({ output }) => <Ended end={output} /> },
        {
          key: "inputs",
          header: t("task.comesFrom"),
          cell: ({ lines: from }) =>
            from.map((line, at) => (
              <Text key={at}>
                <Ended end={line.input} />
                <Text as="span" color="fg.muted" fontSize="xs">
                  {" "}
                  {transformationText(line.transformations)}
                </Text>
              </Text>
            )),
        },
      ]}
      label={t("task.columns")}
      rowKey={({ key }) => key}
      rows={byOutput(lines)}
    />
  );

const Ended = ({ end: { dataset_namespace, dataset_name, name, is_masked } }: { readonly end: End }) => (
  <Text as="span" overflowWrap="anywhere" title={dataset_namespace}>
    {dataset_name}.
    <Text as="span" fontStyle={is_masked ? "italic" : undefined} fontWeight="medium">
      {is_masked ? t("app.restricted") : (name ?? t("task.someColumn"))}
    </Text>
  </Text>
);
