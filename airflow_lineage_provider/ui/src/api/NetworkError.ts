/** A request to which nobody answered. */
export class NetworkError extends Error {
  constructor(cause: unknown) {
    super("The API server did not answer", { cause });
    this.name = "NetworkError";
  }

  /** What `fetch` threw: who gave up the request itself knows why. */
  static of(error: unknown): unknown {
    return error instanceof TypeError ? new NetworkError(error) : error;
  }
}
