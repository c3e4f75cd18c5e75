import { paletteOf } from "../../ui/statePalette";
import type { Colours } from "./svg";

/** The colours of the page as it is, dark or light: a file knows no variables of a theme. */
export const pageColours = (): Colours => {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--chakra-colors-${name})`;
    return getComputedStyle(probe).color;
  };
  const states = new Map<string, string>();
  const state = (name: string): string => {
    const palette = paletteOf(name);
    if (!states.has(palette)) states.set(palette, colour(`${palette}-solid`));
    return states.get(palette) ?? "grey";
  };
  for (const name of ["success", "failed", "running", "warning", "queued", "skipped", "upstream_failed", "none"]) state(name);
  const colours = {
    background: colour("bg"),
    node: colour("bg-subtle"),
    text: colour("fg"),
    muted: colour("fg-muted"),
    line: colour("border-emphasized"),
    root: colour("brand-solid"),
    state: (name: string) => states.get(paletteOf(name)) ?? "grey",
  };
  probe.remove();
  return colours;
};
