/** Offer a file that the page has made as a download. */
export const saveFile = (name: string, type: string, parts: readonly BlobPart[]): void => {
  const address = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Not at once: some browsers still read it.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};
