/** The types of the API must be those of its OpenAPI document. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "lineage-types-"));
const made = join(folder, "schema.d.ts");
try {
  execFileSync("npx", ["openapi-typescript", "../api/openapi.json", "-o", made], { stdio: "ignore" });
  if (!readFileSync(made).equals(readFileSync("src/api/schema.d.ts"))) {
    console.error('src/api/schema.d.ts is not made of ../api/openapi.json; run "npm run generate"');
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
