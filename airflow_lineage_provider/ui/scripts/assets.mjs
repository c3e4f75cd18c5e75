/** Copy what is not built: ELK as its authors ship it, in a file of its own, and the notice that goes with it. */
import { copyFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const dist = process.env.LINEAGE_UI_DIST ?? "dist";
const elk = dirname(require.resolve("elkjs/package.json"));

copyFileSync(join(elk, "lib/elk-worker.min.js"), join(dist, "elk-worker.min.js"));
copyFileSync("NOTICE.txt", join(dist, "NOTICE.txt"));
copyFileSync(join(elk, "LICENSE.md"), join(dist, "elk-LICENSE.md"));
writeFileSync(join(dist, ".gitattributes"), "* linguist-generated=true -diff\n*.js -text\n");
