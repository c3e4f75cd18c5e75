/** Answers that were asked for before the code that wants them was there. */
const answers = new Map<string, Promise<Response>>();

/** Milliseconds after which nobody wants an answer any more: it may be another one by then. */
const KEPT = 10_000;

/** Keep an answer for whoever asks the same. */
export const putEarly = (request: Request, answer: Promise<Response>): void => {
  const key = keyOf(request);
  answers.set(key, answer);
  const drop = (): void => {
    if (answers.get(key) === answer) answers.delete(key);
  };
  setTimeout(drop, KEPT);
  // Who asks learns of it by asking again.
  answer.catch(drop);
};

/** The answer to such a request, once. */
export const takeEarly = (request: Request): Promise<Response> | undefined => {
  if (request.method !== "GET") return undefined;
  const key = keyOf(request);
  const answer = answers.get(key);
  answers.delete(key);
  return answer;
};

/** Whatever the order and the spelling of the query. */
const keyOf = ({ url }: Request): string => {
  const { pathname, searchParams } = new URL(url);
  searchParams.sort();
  return `${pathname}?${searchParams.toString()}`;
};
