import { lineageBase } from "../../api/base";
import { t } from "../../i18n/t";
import type { ElkNode } from "./elkGraph";

/** ELK as its authors publish it, under a name that tells one edition from another. */
declare const __ELK_FILE__: string;

type Reply = { readonly id: number; readonly data?: ElkNode; readonly error?: { readonly message?: string } };
type Waiting = { readonly resolve: (graph: ElkNode) => void; readonly reject: (error: Error) => void };

let worker: Worker | null = null;
let lastId = 0;
const waiting = new Map<number, Waiting>();

/** Start ELK before it is needed: reading its file takes longer than a small layout. */
export const warmUp = (): void => {
  if (typeof Worker !== "undefined") start();
};

/** Have a graph laid out in the worker. */
export const layOut = (graph: ElkNode): Promise<ElkNode> =>
  new Promise((resolve, reject) => {
    lastId += 1;
    waiting.set(lastId, { resolve, reject });
    start().postMessage({ id: lastId, cmd: "layout", graph, layoutOptions: {}, options: {} });
  });

const start = (): Worker => {
  if (worker !== null) return worker;
  worker = new Worker(new URL(`${lineageBase()}/static/${__ELK_FILE__}`, window.location.origin));
  worker.onmessage = ({ data }: MessageEvent<Reply>) => {
    const { resolve, reject } = waiting.get(data.id) ?? {};
    waiting.delete(data.id);
    if (data.error) reject?.(new Error(data.error.message ?? t("graph.canvas.layoutRefused")));
    else if (data.data) resolve?.(data.data);
  };
  worker.onerror = () => {
    for (const { reject } of waiting.values()) reject(new Error(t("graph.canvas.layoutUnloaded")));
    waiting.clear();
    worker = null;
  };
  worker.postMessage({ id: 0, cmd: "register", algorithms: ["layered"] });
  return worker;
};
