import { expect, test } from "vitest";

import { anItem } from "./example";
import { questionsOf } from "./useImpact";

const of = (...dag_ids: string[]) => anItem({ dag_ids });
const many = Array.from({ length: 250 }, (_, at) => `dag_${String(at).padStart(3, "0")}`);

test("no DAG is left out, and none is asked about twice", () => {
  const asked = questionsOf([[of(...many)], [of("dag_001", "new")]]);
  expect(asked.map((part) => part.length)).toEqual([100, 100, 50, 1]);
  expect(new Set(asked.flat())).toEqual(new Set([...many, "new"]));
});

test("a further page leaves the questions of those before as they are", () => {
  const first = [of("b", "d")];
  expect(questionsOf([first, [of("a", "c")]]).slice(0, 1)).toEqual(questionsOf([first]));
});
