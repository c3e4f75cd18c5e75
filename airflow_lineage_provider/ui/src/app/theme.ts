import { createSystem, defaultConfig, defineConfig } from "@chakra-ui/react";

/** A palette's shades by use, as Airflow has them: readable in both modes. */
const uses = (palette: string) => ({
  solid: { value: `{colors.${palette}.600}` },
  contrast: { value: { _light: "white", _dark: "white" } },
  fg: { value: { _light: `{colors.${palette}.800}`, _dark: `{colors.${palette}.200}` } },
  muted: { value: { _light: `{colors.${palette}.200}`, _dark: `{colors.${palette}.800}` } },
  subtle: { value: { _light: `{colors.${palette}.100}`, _dark: `{colors.${palette}.900}` } },
  emphasized: { value: { _light: `{colors.${palette}.300}`, _dark: `{colors.${palette}.700}` } },
  focusRing: { value: { _light: `{colors.${palette}.800}`, _dark: `{colors.${palette}.200}` } },
});

/** Palettes by Airflow's names for states; inside Airflow's UI its own theme has them. */
const PALETTES: Record<string, string> = {
  brand: "blue",
  danger: "red",
  info: "blue",
  warning: "orange",
  error: "red",
  active: "blue",
  success: "green",
  failed: "red",
  queued: "gray",
  skipped: "pink",
  up_for_reschedule: "teal",
  up_for_retry: "yellow",
  upstream_failed: "orange",
  running: "cyan",
  restarting: "purple",
  deferred: "purple",
  scheduled: "gray",
  none: "gray",
  no_status: "gray",
  removed: "gray",
};

export const system = createSystem(
  defaultConfig,
  defineConfig({
    theme: {
      semanticTokens: {
        colors: Object.fromEntries(Object.entries(PALETTES).map(([name, palette]) => [name, uses(palette)])),
      },
      recipes: { button: { base: { colorPalette: "brand" }, defaultVariants: { size: "sm" } } },
      slotRecipes: {
        table: { slots: [], defaultVariants: { size: "sm" } },
        select: { slots: [], defaultVariants: { size: "sm" } },
      },
    },
  }),
);
