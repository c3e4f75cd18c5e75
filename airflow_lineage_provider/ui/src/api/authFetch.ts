import { airflowBase } from "./base";
import { takeEarly } from "./early";

/**
 * `fetch` as the signed-in user: by cookie, or by the token where Airflow keeps it in the browser's storage.
 * Who is not signed in any more is sent to sign in, and comes back here.
 */
export const authFetch = (request: Request): Promise<Response> => takeEarly(request) ?? send(request);

/** The same without a look at what was asked early. */
export const send = async (request: Request): Promise<Response> => {
  const token = localStorage.getItem("token");
  if (token !== null && !request.headers.has("Authorization")) {
    request.headers.set("Authorization", `Bearer ${token}`);
  }
  const answer = await fetch(request, { credentials: "same-origin" });
  if (answer.status === 401) signIn();
  return answer;
};

const signIn = (): void => {
  const next = encodeURIComponent(window.location.href);
  window.location.replace(`${airflowBase()}api/v2/auth/login?next=${next}`);
};
