import { en } from "./en";

type Leaves<T, Prefix extends string = ""> = {
  [Key in keyof T & string]: T[Key] extends string ? `${Prefix}${Key}` : Leaves<T[Key], `${Prefix}${Key}.`>;
}[keyof T & string];

type Plural<Key extends string> = Key extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : Key;

/** A text by its path; of `x_one` and `x_other` the stem `x`, which takes `count`. */
export type TextKey = Plural<Leaves<typeof en>>;
type Texts = { readonly [key: string]: string | Texts };
export type Values = Readonly<Record<string, string | number>>;

/** Texts by language; what a language lacks is said in English. */
const LANGUAGES: Record<string, Texts> = { en };

/** The language of Airflow's UI, which it says on the document. */
export const language = (): string => document.documentElement.lang || "en";

/** The text of a key; `{name}` in it is replaced by the value of that name. */
export const t = (key: TextKey, values: Values = {}): string => {
  const lang = language();
  const text = find(LANGUAGES[lang] ?? LANGUAGES[lang.split("-")[0] ?? ""], key, values) ?? find(en, key, values) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => shown(values[name]) ?? whole);
};

const find = (texts: Texts | undefined, key: string, { count }: Values): string | undefined => {
  const plain = at(texts, key);
  if (plain !== undefined || typeof count !== "number") return plain;
  return at(texts, `${key}_${new Intl.PluralRules(language()).select(count)}`) ?? at(texts, `${key}_other`);
};

const at = (texts: Texts | undefined, key: string): string | undefined => {
  let found: string | Texts | undefined = texts;
  for (const part of key.split(".")) found = typeof found === "object" ? found[part] : undefined;
  return typeof found === "string" ? found : undefined;
};

const shown = (value: string | number | undefined): string | undefined =>
  typeof value === "number" ? new Intl.NumberFormat(language()).format(value) : value;
