import { Box, Button, Table } from "@chakra-ui/react";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { t } from "../i18n/t";
import { ErrorState } from "./ErrorState";
import { LoadingState } from "./LoadingState";

export type TableColumn<Row> = {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly width?: string;
};

type Props<Row> = {
  /** What the table is of, for who cannot see it. */
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly query: Pick<
    UseInfiniteQueryResult,
    "error" | "fetchNextPage" | "hasNextPage" | "isFetchingNextPage" | "isPending" | "refetch"
  >;
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly empty: ReactNode;
};

/** A list of the API: its pages below one another, the next one on request. */
export const PagedTable = <Row,>({ label, columns, query, rows, rowKey, empty }: Props<Row>) => {
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <LoadingState rows={6} />;
  if (rows.length === 0 && !query.hasNextPage) return empty;
  return (
    <Box>
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
            {rows.map((row) => (
              <Table.Row key={rowKey(row)}>
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
      {query.hasNextPage ? (
        <Button loading={query.isFetchingNextPage} m={3} onClick={() => void query.fetchNextPage()} variant="outline">
          {t("app.more")}
        </Button>
      ) : null}
    </Box>
  );
};
