export type TokenKind = "key" | "comment" | "string" | "literal" | "plain";

export type Token = {
  kind: TokenKind;
  text: string;
};

const LINE = /^(\s*(?:- +)*)((?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#:'"[\]{}][^#:]*?)(?=:(?:\s|$)))?(:)?(.*)$/s;
const LITERAL = /^\s*(?:true|false|null|~|-?\d+(?:\.\d+)?)\s*$/;

/** Pieces of one line of YAML to colour; put together they are the line, whatever it holds. */
export const tokensOf = (line: string): Token[] => {
  if (/^\s*#/.test(line)) return [{ kind: "comment", text: line }];
  const found = LINE.exec(line);
  if (!found) return [{ kind: "plain", text: line }];
  const [, indent = "", key = "", colon = "", rest = ""] = found;
  const tokens: Token[] = [
    { kind: "plain", text: indent },
    { kind: "key", text: key },
    { kind: "plain", text: colon },
    ...valueTokens(rest),
  ];
  return tokens.filter((token) => token.text !== "");
};

const valueTokens = (text: string): Token[] => {
  if (/^\s*["']/.test(text)) return [{ kind: "string", text }];
  if (LITERAL.test(text)) return [{ kind: "literal", text }];
  const comment = /\s#.*$/.exec(text);
  if (!comment) return [{ kind: "plain", text }];
  return [
    { kind: "plain", text: text.slice(0, comment.index) },
    { kind: "comment", text: comment[0] },
  ];
};
