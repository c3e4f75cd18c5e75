/** Copy what is not built: ELK in a file of its own, and the notice that goes with it. */
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { elkFile, elkFolder, elkWorker } from "./elkFile.mjs";

const dist = process.env.LINEAGE_UI_DIST ?? "dist";

copyFileSync(elkWorker, join(dist, elkFile));
copyFileSync("NOTICE.txt", join(dist, "NOTICE.txt"));
copyFileSync(join(elkFolder, "LICENSE.md"), join(dist, "elk-LICENSE.md"));
writeFileSync(join(dist, ".gitattributes"), "* linguist-generated=true -diff\n*.js -text\n");
