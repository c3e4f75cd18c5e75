import { Handle, Position } from "@xyflow/react";
import type { KeyboardEvent } from "react";

import { t } from "../../i18n/t";
import { useHighlight } from "../highlight";
import { MOST_ROWS } from "../layout/size";
import type { GraphNode } from "../model/types";
import { useActions } from "./actions";
import { columnId } from "./flowTypes";

type Columns = NonNullable<GraphNode["columns"]>;

type Props = { readonly id: string; readonly columns: Columns; readonly tabIndex: number };

/** The columns of a dataset, each with a place where its edges end. */
export const ColumnRows = ({ id, columns, tabIndex }: Props) => (
  <>
    {columns.slice(0, MOST_ROWS).map((column, index) => (
      <ColumnRow key={column.name ?? index} dataset={id} name={column.name ?? null} tabIndex={tabIndex} type={column.type ?? ""} />
    ))}
    {columns.length > MOST_ROWS ? (
      <div className="lineage-row">
        <span>{t("graph.canvas.moreColumns", { count: columns.length - MOST_ROWS })}</span>
        <span />
      </div>
    ) : null}
  </>
);

type RowProps = { readonly dataset: string; readonly name: string | null; readonly type: string; readonly tabIndex: number };

const ColumnRow = ({ dataset, name, type, tabIndex }: RowProps) => {
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
      onKeyDown={walk}
      style={{ position: "relative" }}
      tabIndex={tabIndex}
      type="button"
    >
      <Handle id={`in:${name}`} isConnectable={false} position={Position.Left} type="target" />
      <span>{name}</span>
      <span>{type}</span>
      <Handle id={`out:${name}`} isConnectable={false} position={Position.Right} type="source" />
    </button>
  );
};

/** Up and down within the columns of a node; at their ends the keys are those of the graph. */
const walk = (event: KeyboardEvent<HTMLButtonElement>): void => {
  if (event.shiftKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  const row = event.currentTarget;
  const rows = [...(row.parentElement?.querySelectorAll<HTMLButtonElement>("button.lineage-row") ?? [])];
  const next = rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
};
