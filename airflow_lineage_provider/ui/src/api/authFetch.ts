import { airflowBase } from "./base";
import { takeEarly } from "./early";
import { NetworkError } from "./NetworkError";

/**
 * `fetch` as the signed-in user, by Airflow's cookie. Who is not signed in any more is sent to sign in, and comes
 * back here.
 */
export const authFetch = (request: Request): Promise<Response> => takeEarly(request) ?? send(request);

/** The same without a look at what was asked early. */
export const send = async (request: Request): Promise<Response> => {
  const answer = await fetch(request, { credentials: "same-origin" }).catch((error: unknown) => {
    throw NetworkError.of(error);
  });
  if (await isSignedOut(answer)) signIn();
  return answer;
};

/** Airflow says 401 of a user that is missing or too old, and 403 of a cookie that it did not sign, as of another key. */
const isSignedOut = async (answer: Response): Promise<boolean> => {
  if (answer.status === 401) return true;
  if (answer.status !== 403) return false;
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  return typeof body === "object" && body !== null && "detail" in body && body.detail === "Invalid JWT token";
};

const signIn = (): void => {
  const next = encodeURIComponent(window.location.href);
  window.location.replace(`${airflowBase()}api/v2/auth/login?next=${next}`);
};
