import type { ComponentProps, ReactNode } from "react";

import { Answered, type Asked } from "./Answered";
import { MoreButton } from "./MoreButton";
import { SimpleTable, type TableColumn } from "./SimpleTable";

type Props<Row> = {
  /** What the table is of, for who cannot see it. */
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly query: Asked<unknown> & ComponentProps<typeof MoreButton>["query"];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly empty: ReactNode;
};

/** A list of the API: its pages below one another, the next one on request. */
export const PagedTable = <Row,>({ query, rows, empty, ...table }: Props<Row>) => (
  <Answered query={query} rows={6}>
    {() =>
      rows.length === 0 && !query.hasNextPage ? (
        empty
      ) : (
        <>
          <SimpleTable rows={rows} {...table} />
          <MoreButton m={3} query={query} />
        </>
      )
    }
  </Answered>
);
