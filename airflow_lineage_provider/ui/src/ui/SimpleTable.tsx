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
  /** Columns are as wide as is said, whatever is in them: tables below each other stand in line. */
  readonly isFixed?: boolean;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row, at: number) => string | number;
};

/** A table of rows that are all there. */
export const SimpleTable = <Row,>({ label, isFixed = false, columns, rows, rowKey }: Props<Row>) => (
  <Table.ScrollArea whiteSpace="normal">
    <Table.Root aria-label={label} {...(isFixed ? { minWidth: "48rem", tableLayout: "fixed" } : {})}>
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
