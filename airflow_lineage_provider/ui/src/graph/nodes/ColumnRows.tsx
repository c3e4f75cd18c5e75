import { Handle, Position } from "@xyflow/react";

import { t } from "../../i18n/t";
import { useHighlight } from "../highlight";
import { MOST_ROWS } from "../layout/size";
import type { GraphNode } from "../model/types";
import { useActions } from "./actions";
import { columnId } from "./flowTypes";

type Columns = NonNullable<GraphNode["columns"]>;

/** The columns of a dataset, each with a place where its edges end. */
export const ColumnRows = ({ id, columns }: { readonly id: string; readonly columns: Columns }) => (
  <>
    {columns.slice(0, MOST_ROWS).map((column, index) => (
      <ColumnRow key={column.name ?? index} dataset={id} name={column.name ?? null} type={column.type ?? ""} />
    ))}
    {columns.length > MOST_ROWS ? (
      <div className="lineage-row">
        <span>{t("graph.canvas.moreColumns", { count: columns.length - MOST_ROWS })}</span>
        <span />
      </div>
    ) : null}
  </>
);

type RowProps = { readonly dataset: string; readonly name: string | null; readonly type: string };

const ColumnRow = ({ dataset, name, type }: RowProps) => {
  const { pickColumn } = useActions();
  const id = columnId(dataset, name ?? "");
  const shade = useHighlight(id);
  if (name === null) {
    return (
      <div className="lineage-row" data-dim={shade === "dim" ? "" : undefined}>
        <span>{t("app.restricted")}</span>
        <span />
      </div>
    );
  }
  return (
    <button
      className="lineage-row nodrag"
      data-dim={shade === "dim" ? "" : undefined}
      data-on={shade === "on" ? "" : undefined}
      onClick={(event) => {
        event.stopPropagation();
        pickColumn(dataset, name);
      }}
      style={{ position: "relative" }}
      tabIndex={-1}
      type="button"
    >
      <Handle id={`in:${name}`} isConnectable={false} position={Position.Left} type="target" />
      <span>{name}</span>
      <span>{type}</span>
      <Handle id={`out:${name}`} isConnectable={false} position={Position.Right} type="source" />
    </button>
  );
};
