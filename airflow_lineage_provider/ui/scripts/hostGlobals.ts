import { createRequire } from "node:module";

import type { Plugin } from "vite";

/** What Airflow's own UI puts on `globalThis`, by the package it stands for. */
export const HOST_GLOBALS: Readonly<Record<string, string>> = {
  react: "React",
  "react-dom": "ReactDOM",
  "react/jsx-runtime": "ReactJSXRuntime",
  "react-router-dom": "ReactRouterDOM",
  "@chakra-ui/react": "ChakraUI",
};

const PREFIX = "\0host:";
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Packages that come from the host: a second React would share no state with the first.
 * The names are those of the installed package, so that an import of what does not exist still fails the build.
 */
export const hostGlobals = (): Plugin => ({
  name: "host-globals",
  enforce: "pre",
  resolveId: (id) => (id in HOST_GLOBALS ? PREFIX + id : null),
  load: async (id) => {
    if (!id.startsWith(PREFIX)) return null;
    const name = id.slice(PREFIX.length);
    const exported = await namesOf(name);
    const lines = exported.map((one) => `export const ${one} = host.${one};`);
    const code = [`const host = globalThis.${HOST_GLOBALS[name]};`, "export default host;", ...lines].join("\n");
    return { code, moduleSideEffects: false };
  },
});

const namesOf = async (name: string): Promise<string[]> => {
  const require = createRequire(import.meta.url);
  const found = name.startsWith("@") ? await import(name) : require(name);
  return Object.keys(found as object).filter((key) => key !== "default" && IDENTIFIER.test(key)).sort();
};
