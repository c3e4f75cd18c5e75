/** What the page at `/lineage/page` loads. No chunk may import it in turn: see vite.config.ts. */
import { headStart } from "./app/headStart";

void import("./app/standalonePage").then(({ start }) => start());
headStart(() => import("./graph/GraphView"));
