import { Box, Text } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { sizeText } from "../run/sizeText";
import { t } from "../i18n/t";
import { DatasetLink } from "../ui/DatasetLink";
import { Evidence } from "../ui/Evidence";
import { SimpleTable } from "../ui/SimpleTable";

type Dataset = Schema<"RunDataset">;
type Props = { readonly label: string; readonly datasets: readonly Dataset[] };

/** Inputs or outputs of an attempt: how each is known, how much, and its columns then. */
export const RunDatasets = ({ label, datasets }: Props) =>
  datasets.length === 0 ? (
    <Text color="fg.muted">{t("task.none")}</Text>
  ) : (
    <SimpleTable
      isFixed
      columns={[
        { key: "dataset", header: t("dag.dataset"), cell: DatasetLink },
        { key: "evidence", header: t("dag.evidence"), width: "11rem", cell: ({ evidence }) => <Evidence words={evidence} /> },
        { key: "state", header: t("task.what"), width: "6rem", cell: ({ state }) => state },
        { key: "size", header: t("task.size"), width: "9rem", cell: sizeText },
        { key: "columns", header: t("task.columnsNow"), width: "11rem", cell: Columns },
      ]}
      label={label}
      rowKey={({ namespace, name }) => `${namespace} ${name}`}
      rows={datasets}
    />
  );

const Columns = ({ columns }: Dataset) =>
  columns.length === 0 ? (
    <Text color="fg.muted">{t("task.columnsUnknown")}</Text>
  ) : (
    <Box as="details" minWidth="9rem">
      <Box as="summary" cursor="pointer">
        {t("task.columnCount", { count: columns.length })}
      </Box>
      <Box as="ul" listStyleType="none">
        {columns.map(({ name, type, is_masked }, at) => (
          <Text as="li" fontFamily="mono" fontSize="xs" key={name ?? at} overflowWrap="anywhere">
            {is_masked ? t("app.restricted") : name} <Text as="span" color="fg.muted">{type}</Text>
          </Text>
        ))}
      </Box>
    </Box>
  );
