/** What the page at `/lineage/page` loads. It imports nothing at once: see vite.config.ts. */
void import("./app/standalonePage").then(({ start }) => start());
