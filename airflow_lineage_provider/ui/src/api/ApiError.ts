/** An answer other than 2xx; `message` is the server's `detail`, or empty. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }

  static of(status: number, body: unknown): ApiError {
    const detail = typeof body === "object" && body !== null && "detail" in body ? body.detail : body;
    return new ApiError(status, detailText(detail));
  }
}

const detailText = (detail: unknown): string => {
  if (typeof detail === "string") return detail;
  if (Array.isArray(detail)) return detail.map((one: { msg?: string }) => one.msg ?? JSON.stringify(one)).join("; ");
  return detail === undefined || detail === null ? "" : JSON.stringify(detail);
};
