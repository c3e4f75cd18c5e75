import { Table, Text } from "@chakra-ui/react";

import type { Schema } from "../../api/types";
import { t } from "../../i18n/t";

type Props = { readonly columns: readonly Schema<"Column">[] | null };

/** Columns and their types; of one that may not be seen only its place is told. */
export const SchemaTable = ({ columns }: Props) => {
  if (!columns || columns.length === 0) return <Text color="fg.muted">{t("graph.drawer.noSchema")}</Text>;
  return (
    <Table.Root aria-label={t("graph.drawer.schema")} size="sm">
      <Table.Header>
        <Table.Row>
          <Table.ColumnHeader>{t("graph.drawer.column")}</Table.ColumnHeader>
          <Table.ColumnHeader>{t("graph.drawer.type")}</Table.ColumnHeader>
        </Table.Row>
      </Table.Header>
      <Table.Body>
        {columns.map(({ name, type, description }, at) => (
          <Table.Row key={name ?? at}>
            <Table.Cell overflowWrap="anywhere" title={description ?? undefined} whiteSpace="normal">
              {name ?? t("app.restricted")}
            </Table.Cell>
            <Table.Cell color="fg.muted" overflowWrap="anywhere" whiteSpace="normal">
              {type ?? t("graph.drawer.unknownType")}
            </Table.Cell>
          </Table.Row>
        ))}
      </Table.Body>
    </Table.Root>
  );
};
