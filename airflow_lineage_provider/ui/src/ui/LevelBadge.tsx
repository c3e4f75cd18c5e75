import { Badge } from "@chakra-ui/react";

import { t, type TextKey } from "../i18n/t";

/** Palette and text of a level, a standing, a result or a state of governance. */
const WORDS: Readonly<Record<string, readonly [palette: string, text: TextKey]>> = {
  block: ["red", "governance.words.block"],
  warn: ["orange", "governance.words.warn"],
  observe: ["gray", "governance.words.observe"],
  waived: ["purple", "governance.words.waived"],
  "in the baseline": ["purple", "governance.words.baselined"],
  pass: ["green", "governance.words.pass"],
  fail: ["red", "governance.words.fail"],
  error: ["red", "governance.words.error"],
  unknown: ["gray", "governance.words.unknown"],
  skip: ["gray", "governance.words.skip"],
  open: ["orange", "governance.words.open"],
  resolved: ["green", "governance.words.resolved"],
  pending: ["orange", "governance.words.pending"],
  active: ["green", "governance.words.active"],
  expired: ["gray", "governance.words.expired"],
  revoked: ["gray", "governance.words.revoked"],
  bound: ["green", "governance.words.bound"],
  unseen: ["orange", "governance.words.unseen"],
  unbound: ["red", "governance.words.unbound"],
  "partly-bound": ["orange", "governance.words.partlyBound"],
  duplicate: ["red", "governance.words.duplicate"],
  invalid: ["red", "governance.words.invalid"],
  retired: ["gray", "governance.words.retired"],
  major: ["red", "governance.words.major"],
  minor: ["orange", "governance.words.minor"],
  patch: ["green", "governance.words.patch"],
};

type Props = {
  readonly word: string;
  /** `solid` where what is behind it has a colour too. */
  readonly variant?: "subtle" | "solid";
};

/** A word of governance in its colour; one that is not known is shown as it is. */
export const LevelBadge = ({ word, variant = "subtle" }: Props) => {
  const [palette, text] = WORDS[word] ?? ["gray", null];
  return (
    <Badge colorPalette={palette} variant={variant} whiteSpace="nowrap">
      {text ? t(text) : word}
    </Badge>
  );
};
