/** What the browser has to load before the first graph, compressed, against what it may be. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";

const dist = process.env.LINEAGE_UI_DIST ?? "dist";
const LIMITS = { main: 130_000, standalone: 330_000 };
const IMPORT = /(?:from|import)\s*["'](\.{1,2}\/[^"']+\.js)["']/g;
const LAZY = /import\(\s*[`"'](\.{1,2}\/[^`"']+\.js)[`"']\s*\)/g;

/** A file and all that it imports at once. */
const closure = (file, found = new Set()) => {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, name] of text(file).matchAll(IMPORT)) closure(normalize(join(dirname(file), name)), found);
  return found;
};
const text = (file) => readFileSync(join(dist, file), "utf8");
const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 5 }).length;
const lazy = (files, wanted) =>
  [...files]
    .flatMap((file) => [...text(file).matchAll(LAZY)].map(([, name]) => normalize(join(dirname(file), name))))
    .filter((file) => wanted.test(file));

const again = readdirSync(dist, { recursive: true }).filter(
  (name) => name.endsWith(".js") && /["']\.\.\/(main|standalone)\.js["']/.test(text(name)),
);
if (again.length > 0) throw new Error(`these import their entry without its version, which runs it twice: ${again}`);

let failed = false;
for (const [entry, limit] of Object.entries(LIMITS)) {
  const files = closure(`${entry}.js`);
  for (const wanted of [/Root|standalonePage/, /GraphView/]) {
    const next = lazy(files, wanted);
    if (next.length === 0) throw new Error(`${entry}: nothing matches ${wanted}; has a file been renamed?`);
    for (const file of next) closure(file, files);
  }
  const total = [...files].reduce((sum, file) => sum + size(file), 0);
  failed ||= total > limit;
  console.log(`${entry}: ${total} of ${limit} bytes, ${files.size} files`);
}
const all = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".js") && !name.startsWith("elk"));
console.log(`all scripts but ELK's: ${all.reduce((sum, file) => sum + size(file), 0)} bytes`);
process.exit(failed ? 1 : 0);
