/** A part of our code that could not be loaded: nobody answered, or a new release has other files. */
export class LoadError extends Error {
  constructor(cause: unknown) {
    super("The code of this view could not be loaded", { cause });
    this.name = "LoadError";
  }
}
