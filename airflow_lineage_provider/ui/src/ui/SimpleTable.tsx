import { Table } from "@chakra-ui/react";
import type { ReactNode } from "react";

export type TableColumn<Row> = {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly width?: string;
};

type Props<Row> = {
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row, at: number) => string | number;
};

/** A table of rows that are all there. */
export const SimpleTable = <Row,>({ label, columns, rows, rowKey }: Props<Row>) => (
  <Table.ScrollArea whiteSpace="normal">
    <Table.Root aria-label={label}>
      <Table.Header>
        <Table.Row>
          {columns.map(({ key, header, width }) => (
            <Table.ColumnHeader key={key} width={width}>
              {header}
            </Table.ColumnHeader>
          ))}
        </Table.Row>
      </Table.Header>
      <Table.Body>
        {rows.map((row, at) => (
          <Table.Row key={rowKey(row, at)}>
            {columns.map(({ key, cell }) => (
              <Table.Cell key={key} verticalAlign="top">
                {cell(row)}
              </Table.Cell>
            ))}
          </Table.Row>
        ))}
      </Table.Body>
    </Table.Root>
  </Table.ScrollArea>
);
