import { ApiError } from "../api/ApiError";
import { NetworkError } from "../api/NetworkError";
import { LoadError } from "../app/LoadError";
import { t } from "../i18n/t";

/** What an error means to who reads it, and what to do next. What the server says of it stands in its message. */
export const hintOf = (error: Error): string => {
  if (error instanceof NetworkError) return t("app.error.network");
  if (error instanceof LoadError) return t("app.error.code");
  if (!(error instanceof ApiError)) return error.message;
  if (error.status === 403) return t("app.error.forbidden");
  if (error.status === 404) return t("app.error.missing");
  if (error.status >= 500) return t("app.error.server");
  return error.message ? "" : t("app.error.refused");
};
