/** Airflow's root as a path that ends with a slash: `/`, or `/team/airflow/` under a sub-path. */
export const airflowBase = (): string => new URL(document.baseURI).pathname.replace(/[^/]*$/, "");

export const hasBaseElement = (): boolean => document.querySelector("base[href]") !== null;

/** The sub-app: API, static files and its page. Without a `<base>` the page may lie anywhere below the root. */
export const lineageBase = (): string => `${hasBaseElement() ? airflowBase() : "/"}lineage`;
