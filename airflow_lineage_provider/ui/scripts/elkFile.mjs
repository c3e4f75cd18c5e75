/** ELK as its authors ship it, under a name that changes when it does: browsers keep such a file for ever. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export const elkFolder = dirname(createRequire(import.meta.url).resolve("elkjs/package.json"));
export const elkWorker = join(elkFolder, "lib/elk-worker.min.js");
export const elkFile = `elk-worker.min-${createHash("sha256").update(readFileSync(elkWorker)).digest("hex").slice(0, 8)}.js`;
