import { resolve } from "node:path";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { elkFile } from "./scripts/elkFile.mjs";
import { hostGlobals } from "./scripts/hostGlobals.ts";

/**
 * Two builds into one folder: `main` runs inside Airflow's UI on its React, `standalone` brings its own.
 * Each entry is a file whose code nobody shares: a chunk would import it without its `?v=` and so run it twice.
 */
export default defineConfig(({ mode }) => {
  const entry = mode === "standalone" ? "standalone" : "main";
  return {
    base: "./",
    define: {
      __ELK_FILE__: JSON.stringify(elkFile),
      ...(mode === "test" ? {} : { "process.env.NODE_ENV": JSON.stringify("production") }),
    },
    plugins: [react(), ...(mode === "production" ? [hostGlobals()] : [])],
    build: {
      outDir: process.env.LINEAGE_UI_DIST ?? "dist",
      emptyOutDir: entry === "main",
      modulePreload: false,
      target: "es2022",
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1_500,
      rollupOptions: {
        input: { [entry]: resolve(import.meta.dirname, `src/${entry}.ts`) },
        preserveEntrySignatures: false as const,
        treeshake: { propertyReadSideEffects: false as const },
        output: {
          format: "es" as const,
          entryFileNames: "[name].js",
          chunkFileNames: `${entry}/[name]-[hash].js`,
          codeSplitting: {
            groups: [
              // What entries import at once: in a chunk of its own, so that no other chunk imports an entry.
              { name: "start", test: /preload-helper|src\/api\/(authFetch|base|early|NetworkError)|src\/app\/headStart|src\/graph\/model\/(question|urlState)/ },
              // What every view needs, in one file: each one more costs a request.
              { name: "shared", test: /node_modules\/(@tanstack|openapi-fetch)\/|src\/(api|i18n|ui)\// },
            ],
          },
        },
      },
    },
    test: {
      environment: "jsdom",
      include: ["src/**/*.test.{ts,tsx}"],
      setupFiles: ["src/test/setup.ts"],
      restoreMocks: true,
      maxWorkers: 2,
      // Rendering is slow where others work too; a test that hangs still ends.
      testTimeout: 60_000,
    },
  };
});
