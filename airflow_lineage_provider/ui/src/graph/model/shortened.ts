/** A name goes on in the next line after what separates its parts. */
const PARTS = /[^_./:\-\s]*[_./:\-\s]*/g;

/** Pixels of letters of 13 pixels in bold, as wide as common fonts have them: nothing is measured. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[ijl.,:;'|/!]/, 4],
  [/[frt()[\]\-\s]/, 5.6],
  [/[mwMW@%…]/, 12],
  [/[A-Z]/, 9.4],
  [/[\u0020-\u024f]/, 7.8],
];
/** Letters of other scripts, some of which are as wide as high. */
const WIDEST = 13.5;

export const pixelsOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (WIDTHS.find(([letters]) => letters.test(letter))?.[1] ?? WIDEST), 0);

/** A name in lines of so many pixels, broken between its parts; what has no room at the end is left out. */
export const inLines = (name: string, pixels: number, most: number): readonly string[] => {
  const lines: string[] = [];
  for (const piece of (name.match(PARTS) ?? []).filter(Boolean).flatMap((part) => slices(part, pixels))) {
    const last = lines.at(-1);
    if (last !== undefined && pixelsOf((last + piece).trimEnd()) <= pixels) lines[lines.length - 1] = last + piece;
    else lines.push(piece);
  }
  if (lines.length <= most) return lines.length > 0 ? lines : [name];
  return [...lines.slice(0, most - 1), cut(lines.slice(most - 1).join(""), pixels)];
};

/** A namespace by what tells it apart: where it begins, but of a path how it ends. */
export const shortened = (name: string, pixels: number): string => {
  if (pixelsOf(name) <= pixels) return name;
  let end = "";
  for (const part of name.split("/").slice(1).reverse()) {
    const longer = `/${part}${end}`;
    if (part === "" || pixelsOf(`…${longer}`) > pixels) break;
    end = longer;
  }
  return end === "" ? cut(name, pixels) : `…${end}`;
};

/** The beginning of a text, as much as there is room for. */
const cut = (text: string, pixels: number): string => {
  let shown = "";
  for (const letter of text) {
    if (pixelsOf(`${shown}${letter}…`) > pixels) break;
    shown += letter;
  }
  return `${shown}…`;
};

const slices = (part: string, pixels: number): string[] => {
  const found: string[] = [""];
  for (const letter of part) {
    const last = found.at(-1) ?? "";
    if (last !== "" && pixelsOf(last + letter) > pixels) found.push(letter);
    else found[found.length - 1] = last + letter;
  }
  return found;
};
