import type { Schema } from "../api/types";

type ImpactItem = Schema<"ImpactItem">;

/** An item as the server answers it, for tests. */
export const anItem = (changed: Partial<ImpactItem> = {}): ImpactItem => {
  return {
    id: "dataset:postgres://db:5432:shop.daily_revenue",
    type: "dataset",
    namespace: "postgres://db:5432",
    name: "shop.daily_revenue",
    degree: "1",
    distance: 2,
    path: [],
    owners: ["finance"],
    dag_ids: ["report"],
    status: "ok",
    last_run: null,
    masked: false,
    ...changed,
  };
};
