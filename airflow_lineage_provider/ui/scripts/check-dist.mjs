/** Build into a folder of its own and compare: what is committed must be what the source makes. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const built = mkdtempSync(join(tmpdir(), "lineage-ui-"));
const files = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
try {
  execFileSync("npm", ["run", "-s", "build"], { env: { ...process.env, LINEAGE_UI_DIST: built }, stdio: "inherit" });
  const [ours, theirs] = [files("dist"), files(built)];
  const names = [...new Set([...ours, ...theirs])];
  const different = names.filter(
    (name) =>
      !ours.includes(name) ||
      !theirs.includes(name) ||
      !readFileSync(join("dist", name)).equals(readFileSync(join(built, name))),
  );
  if (different.length > 0) {
    console.error(`dist is not what the source makes; run "npm run build" and commit it:\n  ${different.join("\n  ")}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(built, { recursive: true, force: true });
}
